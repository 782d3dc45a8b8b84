package org.cfcql.cfcql;

import java.util.Set;
import org.cfcql.cfcql.ContinuousHyperparameters.Penalty;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;

/** Multi-agent conservative Q-learning with joint samples, the paper's naive extension of CQL. */
public final class Macql implements Algorithm {
    @Override
    public String id() {
        return "macql";
    }

    @Override
    public String title() {
        return "Multi-agent conservative Q-learning (MACQL)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.CONTINUOUS), false, true);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return new CounterfactualLearner(id(), task, read(task, settings), context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return Schedule.fullThenCritic(read(task, settings).criticPerActor());
    }

    private static ContinuousHyperparameters read(TaskShape task, Settings settings) {
        ContinuousHyperparameters parameters =
                ContinuousHyperparameters.read(task, settings, Penalty.JOINT);
        settings.requireAllRead();
        return parameters;
    }
}
