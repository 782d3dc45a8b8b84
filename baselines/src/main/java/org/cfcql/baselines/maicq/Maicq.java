package org.cfcql.baselines.maicq;

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

/**
 * Implicit constraint Q-learning for many agents (Yang et al., 2021; spec 3.4). Numbered actions:
 * {@link DiscreteMaicqLearner}; continuous ones: {@link ContinuousMaicqLearner}.
 */
public final class Maicq implements MeasuredAlgorithm {
    static final String ID = "maicq";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Implicit constraint Q-learning for many agents (MAICQ; continuous form ours)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return isDiscrete(task)
                ? new DiscreteMaicqLearner(task, settings, context)
                : new ContinuousMaicqLearner(task, settings, context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return isDiscrete(task)
                ? InnerTimeLoop.read(settings, track).schedule(task.episodeLimit())
                : ContinuousMaicqLearner.schedule(settings, track);
    }

    @Override
    public boolean readsNextActions(TaskShape task, Settings settings) {
        return !isDiscrete(task);
    }

    private static boolean isDiscrete(TaskShape task) {
        return Branch.of(task.actionSpace()) == Branch.DISCRETE;
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(MaicqArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(MaicqArithmetic.of(task));
    }
}
