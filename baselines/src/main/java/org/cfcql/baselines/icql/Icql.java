package org.cfcql.baselines.icql;

import java.util.Set;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;

/** Independent conservative Q-learning for numbered actions (spec/algorithms.md 3.6). */
public final class Icql implements Algorithm {
    private static final String ID = "icql";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Independent conservative Q-learning (ICQL)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), false, false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return new IcqlLearner(ID, task, IcqlHyperparameters.read(settings), context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return Schedule.fullThenCritic(1);
    }
}
