package org.cfcql.counterfactual;

import java.util.EnumSet;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.continuous.ContinuousTask;

/** CFCQL and MACQL: the same learners of both branches, told apart by their penalty. */
abstract sealed class ConservativeAlgorithm implements Algorithm permits Cfcql, Macql {
    private final String id;
    private final String title;
    private final ConservativeTerm term;

    /** An algorithm with its conservative term. */
    ConservativeAlgorithm(String id, String title, ConservativeTerm term) {
        this.id = id;
        this.title = title;
        this.term = term;
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
    public final ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        return switch (task.branch()) {
            case DISCRETE -> discrete(task, DiscreteHyperparameters.read(task, settings, term));
            case CONTINUOUS ->
                    continuous(task, ContinuousHyperparameters.read(task, settings, term));
        };
    }

    private ConfiguredAlgorithm discrete(TaskShape task, DiscreteHyperparameters keys) {
        return new ConfiguredAlgorithm(
                        Schedule.fullThenCritic(1),
                        context ->
                                new DiscreteConservativeLearner(id, task, keys, context).learner())
                .pretrainedBy(DiscreteConservativeLearner.pretraining(keys));
    }

    private ConfiguredAlgorithm continuous(TaskShape task, ContinuousHyperparameters keys) {
        ContinuousTask sizes = ContinuousTask.of(id, task);
        return new ConfiguredAlgorithm(
                        Schedule.fullThenCritic(keys.criticPerActor()),
                        context ->
                                new ContinuousConservativeLearner(id, sizes, keys, context)
                                        .learner())
                .pretrainedBy(ContinuousConservativeLearner.pretraining(keys))
                .readingNextActions(keys.readsNextActions());
    }
}
