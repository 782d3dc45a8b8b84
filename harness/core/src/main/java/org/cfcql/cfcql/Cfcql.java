package org.cfcql.cfcql;

import java.util.EnumSet;
import java.util.List;
import org.cfcql.cfcql.ContinuousHyperparameters.Penalty;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;

/** Counterfactual conservative Q-learning, the paper's method. */
public final class Cfcql implements Algorithm {
    @Override
    public String id() {
        return "cfcql";
    }

    @Override
    public String title() {
        return "Counterfactual conservative Q-learning (CFCQL)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false, true);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return isDiscrete(task)
                ? new DiscreteLearner(id(), task, readDiscrete(task, settings), context)
                : new CounterfactualLearner(id(), task, read(task, settings), context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return isDiscrete(task)
                ? DiscreteHyperparameters.schedule()
                : Schedule.fullThenCritic(read(task, settings).criticPerActor());
    }

    @Override
    public List<PretrainingPlan> pretraining(TaskShape task, Settings settings, Track track) {
        return isDiscrete(task)
                ? DiscreteLearner.pretraining(readDiscrete(task, settings))
                : CounterfactualLearner.pretraining(read(task, settings));
    }

    private static boolean isDiscrete(TaskShape task) {
        return Branch.of(task.actionSpace()) == Branch.DISCRETE;
    }

    private static DiscreteHyperparameters readDiscrete(TaskShape task, Settings settings) {
        DiscreteHyperparameters parameters =
                DiscreteHyperparameters.read(
                        task, settings, DiscreteHyperparameters.Penalty.COUNTERFACTUAL);
        settings.requireAllRead();
        return parameters;
    }

    private static ContinuousHyperparameters read(TaskShape task, Settings settings) {
        ContinuousHyperparameters parameters =
                ContinuousHyperparameters.read(task, settings, Penalty.COUNTERFACTUAL);
        settings.requireAllRead();
        return parameters;
    }
}
