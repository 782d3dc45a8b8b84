package org.cfcql.baselines.matd3;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cfcql.baselines.independent.IndependentHyperparameters;
import org.cfcql.baselines.independent.IndependentLearner;
import org.cfcql.baselines.independent.IndependentRounds;
import org.cfcql.baselines.independent.Objective;
import org.cfcql.counterfactual.ContinuousConservativeLearner;
import org.cfcql.counterfactual.ContinuousHyperparameters;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.Publication;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.continuous.ContinuousKeys;
import org.cfcql.parts.continuous.ContinuousTask;

/**
 * Multi-agent TD3, the online algorithm that the benchmark's data are made with (spec 3.12). Key
 * {@code critic} chooses between two forms:
 *
 * <ul>
 *   <li>{@code central}: one twin critic on the state and all actions. It is CFCQL's backbone
 *       without the penalty and without counterfactual policy improvement (spec 2.2 and 2.4), so it
 *       is that learner; keys are those of {@link ContinuousHyperparameters}.
 *   <li>{@code independent}: every agent has a twin critic on its own observation, action and
 *       reward (spec 3.5 without penalty and search); keys are those of {@link
 *       IndependentHyperparameters}.
 * </ul>
 *
 * <p>Deviations: which form, and which settings, made the published data is not known. With batch
 * normalisation at the critic's input the policy gradient of either form is blind to shifts that do
 * not depend on the state (spec 2.1); collecting therefore wants {@code norm.input: none}. The
 * critic may learn faster than the policies (key {@code actorLr}, central form).
 */
public final class Matd3 implements Algorithm {
    static final String ID = "matd3";

    private static final String CRITIC = "critic";
    private static final String CENTRAL = "central";
    private static final String INDEPENDENT = "independent";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Multi-agent TD3, online";
    }

    @Override
    public Publication publication() {
        return new Publication(List.of(), List.of("critic"));
    }

    @Override
    public GoldenTerms golden() {
        return new Matd3Golden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.CONTINUOUS), true);
    }

    /**
     * Central: critics and actors together, then critic-only updates ({@code criticPerActor}, 5 in
     * all, as CFCQL). Independent: each agent in turn on a batch of its own. The targets follow
     * last.
     */
    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        ContinuousTask sizes = ContinuousTask.of(ID, task);
        return settings.choice(CRITIC, CENTRAL, CENTRAL, INDEPENDENT).equals(CENTRAL)
                ? central(task, sizes, settings)
                : independent(task, sizes, settings);
    }

    private static ConfiguredAlgorithm central(
            TaskShape task, ContinuousTask sizes, Settings settings) {
        ContinuousHyperparameters keys =
                ContinuousHyperparameters.read(task, settings, ConservativeTerm.NONE);
        return new ConfiguredAlgorithm(
                Schedule.fullThenCritic(keys.criticPerActor()),
                context -> new ContinuousConservativeLearner(ID, sizes, keys, context).learner());
    }

    private static ConfiguredAlgorithm independent(
            TaskShape task, ContinuousTask sizes, Settings settings) {
        IndependentHyperparameters keys =
                IndependentHyperparameters.read(
                        task, settings, ContinuousKeys.read(task, settings), Optional.empty());
        Objective objective = IndependentHyperparameters.objective(settings);
        return new ConfiguredAlgorithm(
                IndependentRounds.inTurn(task.agents(), 1),
                context -> new IndependentLearner(ID, sizes, keys, objective, context));
    }
}
