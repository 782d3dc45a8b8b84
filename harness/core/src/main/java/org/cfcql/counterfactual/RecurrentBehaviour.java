package org.cfcql.counterfactual;

import java.util.Set;
import org.cfcql.budget.Role;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.parts.discrete.CloningLearner;

/**
 * The behaviour model of the discrete branch alone (spec 1.7), for verification and as CFCQL's
 * pretraining.
 */
public final class RecurrentBehaviour implements Algorithm {
    /** Id of the model. */
    public static final String ID = "recurrent-behaviour";

    /** Golden name of its network. */
    static final String NETWORK = "behaviour";

    private static final double PUBLISHED_LEARNING_RATE = 0.001;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Recurrent model of the behaviour policy";
    }

    @Override
    public GoldenTerms golden() {
        return new RecurrentBehaviourGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), false);
    }

    @Override
    public boolean auxiliary() {
        return true;
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        CloningLearner.Hyperparameters keys =
                CloningLearner.Hyperparameters.read(settings, PUBLISHED_LEARNING_RATE);
        return new ConfiguredAlgorithm(
                Schedule.untargeted(),
                context -> new CloningLearner(NETWORK, Role.AUXILIARY, task, keys, context));
    }
}
