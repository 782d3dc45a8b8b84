package org.cfcql.baselines.omar;

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
import org.cfcql.parts.discrete.InnerTimeLoop;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/** Offline multi-agent reinforcement learning with actor rectification (Pan et al., 2022). */
public final class Omar implements MeasuredAlgorithm {
    static final String ID = "omar";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Offline multi-agent RL with actor rectification (OMAR)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return isDiscrete(task)
                ? new DiscreteOmarLearner(task, settings, context)
                : ContinuousOmar.create(task, settings, context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return isDiscrete(task)
                ? InnerTimeLoop.read(settings, track).schedule(task.episodeLimit())
                : ContinuousOmar.schedule(task, settings, track);
    }

    private static boolean isDiscrete(TaskShape task) {
        return Branch.of(task.actionSpace()) == Branch.DISCRETE;
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(OmarArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(OmarArithmetic.of(task));
    }
}
