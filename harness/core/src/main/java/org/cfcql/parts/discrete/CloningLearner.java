package org.cfcql.parts.discrete;

import java.util.List;
import java.util.Map;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Policy;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nn.RecurrentNetwork;

/** A recurrent network that imitates the data, and nothing else: behaviour cloning or its model. */
public final class CloningLearner implements Learner {
    private final RecurrentNetwork network;
    private final CloningTraining training;
    private final RecurrentPolicy policy;

    /**
     * A network with fresh parameters. Keys {@code lr}, {@code hidden}, {@code gradientClip},
     * {@code sequences}.
     *
     * @param name golden name of the network
     * @param learningRate Adam's default
     * @param role what its steps are charged to
     */
    public CloningLearner(
            String name,
            double learningRate,
            Role role,
            TaskShape task,
            Settings settings,
            LearnerContext context) {
        int hidden = settings.count("hidden", 64, 1, 1 << 14);
        network = EpisodeNetworks.recurrent(task, hidden, name, context);
        training =
                new CloningTraining(
                        name,
                        network,
                        role,
                        settings.number("lr", learningRate, 0, 10),
                        settings.number("gradientClip", 10, 1e-9, 1e9),
                        DiscreteKeys.layout(settings),
                        context);
        policy = new RecurrentPolicy(network, context.tensors(), task.observationSize());
    }

    @Override
    public void update(Batch batch, UpdateStep step) {
        training.update((EpisodeBatch) batch);
    }

    @Override
    public void updateTargets() {
        // There are none.
    }

    @Override
    public Policy policy() {
        return policy;
    }

    @Override
    public List<NamedNetwork> networks() {
        return List.of(training.named().forActing());
    }

    @Override
    public Map<String, Double> metrics() {
        return training.metrics();
    }

    @Override
    public void close() {
        network.close();
    }
}
