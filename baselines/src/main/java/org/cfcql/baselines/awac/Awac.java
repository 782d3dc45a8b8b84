package org.cfcql.baselines.awac;

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

/**
 * Advantage-weighted actor-critic (Nair et al.; spec 3.8): critics of the policy's value, policies
 * that clone the data weighted by advantages. Numbered actions: {@link DiscreteAwacLearner};
 * continuous ones: {@link ContinuousAwacLearner}.
 */
public final class Awac implements MeasuredAlgorithm {
    static final String ID = "awac";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Advantage-weighted actor-critic (AWAC; continuous form ours)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return isDiscrete(task)
                ? new DiscreteAwacLearner(task, settings, context)
                : new ContinuousAwacLearner(task, settings, context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return isDiscrete(task)
                ? Schedule.fullThenCritic(1)
                : ContinuousAwacLearner.schedule(settings, track);
    }

    private static boolean isDiscrete(TaskShape task) {
        return Branch.of(task.actionSpace()) == Branch.DISCRETE;
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(AwacArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(AwacArithmetic.of(task));
    }
}
