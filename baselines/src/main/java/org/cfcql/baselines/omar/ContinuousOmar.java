package org.cfcql.baselines.omar;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.baselines.independent.IndependentHyperparameters;
import org.cfcql.baselines.independent.IndependentLearner;
import org.cfcql.baselines.independent.IndependentPublished;
import org.cfcql.baselines.independent.IndependentRounds;
import org.cfcql.baselines.independent.Objective;
import org.cfcql.baselines.independent.ValueObjective;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.parts.continuous.ContinuousTask;

/** The branch of continuous actions; equations, keys and deviations are on the package's page. */
final class ContinuousOmar {
    private ContinuousOmar() {}

    /**
     * What an experiment may set.
     *
     * @param critics keys of the critics, those of ICQL (spec 3.5, 3.6)
     * @param coefficient key {@code omar.coefficient}: c, per environment and data (spec 3.5)
     * @param search keys {@code search} (spec 3.5)
     * @param value key {@code actionRegularisation}: 1e-3 (spec 2.4)
     */
    record Hyperparameters(
            IndependentHyperparameters critics,
            double coefficient,
            ActorSearch search,
            ValueObjective value) {
        static Hyperparameters read(TaskShape task, Settings settings) {
            IndependentPublished published = new IndependentPublished(task);
            Hyperparameters keys =
                    new Hyperparameters(
                            published.critics(settings),
                            published.coefficient(settings),
                            ActorSearch.read(settings, published.halfCheetah(settings)),
                            IndependentHyperparameters.objective(settings));
            if (keys.coefficient() == 0) {
                settings.refuseInert("search.", "set omar.coefficient above 0 or leave it out");
            }
            return keys;
        }
    }

    static ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        ContinuousTask sizes = ContinuousTask.of(Omar.ID, task);
        Hyperparameters keys = Hyperparameters.read(task, settings);
        Objective objective = improvement -> loss(keys, improvement);
        return new ConfiguredAlgorithm(
                IndependentRounds.of(task.agents(), settings, track),
                context ->
                        new IndependentLearner(Omar.ID, sizes, keys.critics(), objective, context));
    }

    private static Tensor loss(Hyperparameters keys, Objective.Improvement improvement) {
        improvement.context().probe().phase("search");
        Tensor policy = improvement.policy();
        ActorSearch.Best best =
                keys.search()
                        .run(
                                improvement.critic(),
                                improvement.data().state(),
                                policy.size(2),
                                improvement.context().noise(),
                                improvement.context().probe());
        improvement.context().probe().phase("actor");
        Tensor values = ValueObjective.values(improvement);
        Tensor better = best.value().gt(values.detach()).unsqueeze(1);
        Tensor imitated = torch.where(better, best.action(), policy.detach().select(1, 0));
        Tensor imitation = policy.select(1, 0).sub(imitated).square().mean();
        improvement.context().probe().value("policy_q1", values);
        improvement.context().probe().value("search_best_q1", best.value());
        improvement.context().probe().value("search_best_action", best.action());
        improvement.context().probe().value("imitated_action", imitated);
        improvement.losses().record("imitationLoss", "imitation_loss", imitation);
        return imitation
                .mul(new Scalar(keys.coefficient()))
                .sub(values.mean(), new Scalar(1 - keys.coefficient()))
                .add(keys.value().regulariser(policy));
    }
}
