package org.cfcql.counterfactual;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cfcql.data.batch.Batch;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nn.Initialisation;
import org.cfcql.parts.continuous.ContinuousTask;

/** The density model alone, for verification and as CFCQL's pretraining. */
public final class VaeBehaviour implements Algorithm {
    /** Id of the model. */
    public static final String ID = "vae-behaviour";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Variational autoencoder of the joint behaviour policy";
    }

    @Override
    public GoldenTerms golden() {
        return new VaeGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.CONTINUOUS), false);
    }

    @Override
    public boolean auxiliary() {
        return true;
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        ContinuousTask sizes = ContinuousTask.of(ID, task);
        VaeHyperparameters parameters = VaeHyperparameters.read(settings);
        return new ConfiguredAlgorithm(
                Schedule.untargeted(), context -> new ModelLearner(sizes, parameters, context));
    }

    /** The model of a task with fresh parameters. */
    static VariationalAutoencoder model(
            ContinuousTask task, VaeHyperparameters parameters, LearnerContext context) {
        Initialisation initial =
                new Initialisation(
                        context.compute(), context.initialisation().child("vae").stream());
        int actions = task.agents() * task.action();
        return new VariationalAutoencoder(initial, task.state(), actions, parameters);
    }

    /** Trains nothing but the model. */
    private static final class ModelLearner implements Learner {
        private final VariationalAutoencoder model;
        private final VaeTraining training;

        ModelLearner(ContinuousTask task, VaeHyperparameters parameters, LearnerContext context) {
            model = model(task, parameters, context);
            training = new VaeTraining(model, parameters, context);
        }

        @Override
        public void update(Batch batch, UpdateStep step) {
            training.update((TransitionBatch) batch);
        }

        @Override
        public void updateTargets() {
            // The model has no targets.
        }

        @Override
        public Policy policy() {
            throw new UserError(
                    "expected an algorithm with a policy, found the model '"
                            + ID
                            + "'; evaluate the algorithm it was trained for");
        }

        @Override
        public List<NamedNetwork> networks() {
            return List.of(training.network());
        }

        @Override
        public Map<String, Double> metrics() {
            return training.metrics();
        }

        @Override
        public void close() {
            training.close();
            model.close();
        }
    }
}
