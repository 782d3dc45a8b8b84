package org.cfcql.baselines.qmix;

import java.util.Set;
import org.cfcql.cfcql.DiscreteHyperparameters;
import org.cfcql.cfcql.DiscreteHyperparameters.Penalty;
import org.cfcql.cfcql.DiscreteLearner;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;

/**
 * QMIX, the online algorithm that the benchmark's data are made with (spec 3.11): the discrete
 * CFCQL's backbone without its penalty, so it is that learner.
 */
public final class Qmix implements Algorithm {
    private static final String ID = "qmix";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "QMIX, online";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), true);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        DiscreteHyperparameters parameters =
                DiscreteHyperparameters.read(task, settings, Penalty.NONE);
        return new DiscreteLearner(ID, task, parameters, context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return DiscreteHyperparameters.schedule();
    }
}
