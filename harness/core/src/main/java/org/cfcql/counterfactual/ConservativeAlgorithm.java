package org.cfcql.counterfactual;

import java.util.EnumSet;
import java.util.List;
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
import org.cfcql.parts.ConservativeTerm;

/** CFCQL and MACQL: the same learners of both branches, told apart by their penalty. */
abstract sealed class ConservativeAlgorithm implements Algorithm permits Cfcql, Macql {
    private final String id;
    private final String title;
    private final ConservativeTerm continuous;
    private final ConservativeTerm discrete;

    /** An algorithm with its penalty in either branch. */
    ConservativeAlgorithm(
            String id, String title, ConservativeTerm continuous, ConservativeTerm discrete) {
        this.id = id;
        this.title = title;
        this.continuous = continuous;
        this.discrete = discrete;
    }

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final String title() {
        return title;
    }

    @Override
    public final Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public final Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return isDiscrete(task)
                ? new DiscreteConservativeLearner(id, task, readDiscrete(task, settings), context)
                : new ContinuousConservativeLearner(
                        id, task, readContinuous(task, settings), context);
    }

    @Override
    public final Schedule schedule(TaskShape task, Settings settings, Track track) {
        return isDiscrete(task)
                ? DiscreteHyperparameters.schedule()
                : Schedule.fullThenCritic(readContinuous(task, settings).criticPerActor());
    }

    @Override
    public final List<PretrainingPlan> pretraining(TaskShape task, Settings settings, Track track) {
        return isDiscrete(task)
                ? DiscreteConservativeLearner.pretraining(readDiscrete(task, settings))
                : ContinuousConservativeLearner.pretraining(readContinuous(task, settings));
    }

    @Override
    public final boolean readsNextActions(TaskShape task, Settings settings) {
        return !isDiscrete(task) && readContinuous(task, settings).readsNextActions();
    }

    private static boolean isDiscrete(TaskShape task) {
        return Branch.of(task.actionSpace()) == Branch.DISCRETE;
    }

    private DiscreteHyperparameters readDiscrete(TaskShape task, Settings settings) {
        DiscreteHyperparameters parameters = DiscreteHyperparameters.read(task, settings, discrete);
        settings.requireAllRead();
        return parameters;
    }

    private ContinuousHyperparameters readContinuous(TaskShape task, Settings settings) {
        ContinuousHyperparameters parameters =
                ContinuousHyperparameters.read(task, settings, continuous);
        settings.requireAllRead();
        return parameters;
    }
}
