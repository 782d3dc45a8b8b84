package org.cfcql.baselines.icql;

import java.util.EnumSet;
import java.util.Optional;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/** Independent conservative Q-learning (spec 3.6). */
public final class Icql implements MeasuredAlgorithm {
    static final String ID = "icql";

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
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return isDiscrete(task)
                ? new DiscreteIcqlLearner(ID, task, IcqlHyperparameters.read(settings), context)
                : ContinuousIcql.create(task, settings, context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return isDiscrete(task)
                ? Schedule.fullThenCritic(1)
                : ContinuousIcql.schedule(task, settings, track);
    }

    private static boolean isDiscrete(TaskShape task) {
        return Branch.of(task.actionSpace()) == Branch.DISCRETE;
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(IcqlArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(IcqlArithmetic.of(task));
    }
}
