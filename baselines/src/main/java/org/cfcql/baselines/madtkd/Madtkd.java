package org.cfcql.baselines.madtkd;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/**
 * Multi-agent decision transformer with knowledge distillation (Tseng et al., 2022; spec 3.10), for
 * numbered actions only.
 */
public final class Madtkd implements MeasuredAlgorithm {
    static final String ID = "madtkd";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Multi-agent decision transformer with knowledge distillation (MADTKD)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return new MadtkdLearner(task, settings, context);
    }

    /** One student's step per batch; the teacher's refreshes are auxiliary. */
    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return new Schedule(
                Schedule.fullThenCritic(1).steps(),
                1,
                MadtkdLearner.Hyperparameters.read(settings).refreshes());
    }

    /** The teacher. */
    @Override
    public List<PretrainingPlan> pretraining(TaskShape task, Settings settings, Track track) {
        return List.of(MadtkdLearner.Hyperparameters.read(settings).training().plan(settings));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(MadtkdArithmetic.of(task));
    }
}
