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
import org.cfcql.nn.TimeSlots;

/**
 * A recurrent network that imitates the data, and nothing else: behaviour cloning or its model. No
 * update rule over parts, because {@link CloningTraining} has an update and a report of its own,
 * which CFCQL's auxiliary training shares.
 */
public final class CloningLearner implements Learner {
    private final RecurrentNetwork network;
    private final CloningTraining training;
    private final RecurrentPolicy policy;

    /**
     * What an experiment may set.
     *
     * @param learningRate key {@code lr}: Adam's
     * @param hidden key {@code hidden}: width of the recurrent network, 64
     * @param gradientClip key {@code gradientClip}: largest norm, 10
     * @param layout key {@code sequences}: what of the padded batch is computed
     */
    public record Hyperparameters(
            double learningRate, int hidden, double gradientClip, TimeSlots.Layout layout) {
        /**
         * Reads the keys.
         *
         * @param learningRate the published one
         */
        public static Hyperparameters read(Settings settings, double learningRate) {
            return new Hyperparameters(
                    settings.number("lr", learningRate, 0, 10),
                    settings.count("hidden", 64, 1, 1 << 14),
                    settings.number("gradientClip", 10, 1e-9, 1e9),
                    DiscreteKeys.layout(settings));
        }
    }

    /**
     * A network with fresh parameters.
     *
     * @param name golden name of the network
     * @param role what its steps are charged to
     */
    public CloningLearner(
            String name, Role role, TaskShape task, Hyperparameters keys, LearnerContext context) {
        network = EpisodeNetworks.recurrent(task, keys.hidden(), name, context);
        training =
                new CloningTraining(
                        name,
                        network,
                        role,
                        keys.learningRate(),
                        keys.gradientClip(),
                        keys.layout(),
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
        training.close();
        network.close();
    }
}
