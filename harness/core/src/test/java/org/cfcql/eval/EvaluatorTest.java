package org.cfcql.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.cfcql.testkit.BreakingRows;
import org.cfcql.testkit.ScriptedEnvironment;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final List<Long> SEEDS = LongStream.range(1_000, 1_023).boxed().toList();
    private static final List<EpisodeResult> ALONE = play(1, "mean", Set.of());

    @Property(tries = 200)
    void resultsDependNeitherOnTheNumberOfEnvironmentsNorOnWhatWasLost(
            @ForAll @IntRange(min = 1, max = 30) int environments,
            @ForAll @Size(max = 6) List<@IntRange(min = 1, max = 60) Integer> lostInSteps) {
        List<EpisodeResult> results = play(environments, "mean", new TreeSet<>(lostInSteps));
        assertThat(results).usingRecursiveComparison().isEqualTo(ALONE);
    }

    @Test
    void resultsAreInTheOrderOfTheSeeds() {
        assertThat(ALONE).extracting(EpisodeResult::seed).containsExactlyElementsOf(SEEDS);
        assertThat(ALONE)
                .allSatisfy(
                        result -> {
                            assertThat(result.length()).isEqualTo((int) (result.seed() % 7) + 1);
                            assertThat(result.info()).containsEntry("steps", 0.0 + result.length());
                        });
    }

    @Test
    void theScoreFollowsTheReductionOfTheEnvironment() {
        for (EpisodeResult result : ALONE) {
            double[] returns = result.agentReturns();
            assertThat(returns).hasSize(2);
            assertThat(result.score()).isEqualTo((returns[0] + returns[1]) / 2);
        }
        assertThat(play(4, "agent0", Set.of()))
                .allMatch(result -> result.score() == result.agentReturns()[0]);
        assertThat(play(4, "team", Set.of()))
                .allMatch(result -> result.agentReturns().length == 1)
                .allMatch(result -> result.score() == result.agentReturns()[0]);
    }

    @Test
    void onlyEpisodesThatHadBegunCountAsRepeated() {
        Evaluator evaluator = new Evaluator();
        ScriptedEnvironment environment = CountingGame.environment(4, "mean", Set.of(1));
        evaluator.evaluate(environment, new PullPolicy(environment.spec()), SEEDS);
        assertThat(evaluator.repeatedEpisodes()).isEqualTo(4);
    }

    @Test
    void anEpisodeThatBreaksAloneIsRepeatedAloneAndChangesNoResult() {
        BreakingRows environment =
                new BreakingRows(CountingGame.environment(4, "mean", Set.of()), 9);
        Evaluator evaluator = new Evaluator();
        List<EpisodeResult> results =
                evaluator.evaluate(environment, new PullPolicy(environment.spec()), SEEDS);
        assertThat(results).usingRecursiveComparison().isEqualTo(ALONE);
        assertThat(environment.broken()).isPositive();
        assertThat(evaluator.repeatedEpisodes()).isEqualTo(environment.broken());
    }

    @Test
    void moreEnvironmentsThanEpisodesAreFine() {
        assertThat(play(64, "mean", Set.of())).usingRecursiveComparison().isEqualTo(ALONE);
    }

    private static List<EpisodeResult> play(
            int environments, String reduction, Set<Integer> lostInSteps) {
        ScriptedEnvironment environment =
                CountingGame.environment(environments, reduction, lostInSteps);
        return new Evaluator().evaluate(environment, new PullPolicy(environment.spec()), SEEDS);
    }
}
