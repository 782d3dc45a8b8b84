package org.cfcql.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.learn.Policy;
import org.cfcql.testkit.BreakingRows;
import org.cfcql.testkit.ScriptedEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class CollectorTest {
    private static final long SEED = 11;

    @TempDir Path folder;
    private int collections;

    @ParameterizedTest
    @CsvSource({"3, 0", "8, 0", "64, 0", "5, 7", "40, 3"})
    void contentDoesNotDependOnTheNumberOfEnvironmentsNorOnLostOnes(int size, int lossEvery) {
        DatasetCard alone = uniform(1, 0, new Goal.Episodes(100));
        DatasetCard many = uniform(size, lossEvery, new Goal.Episodes(100));
        assertThat(many.episodes()).isEqualTo(100);
        assertThat(many.hash()).isEqualTo(alone.hash());
        assertThat(noisy(size, lossEvery).hash()).isEqualTo(noisy(1, 0).hash());
    }

    @Test
    void anEpisodeThatBreaksAloneIsPlayedAgainAndChangesNothing() {
        BreakingRows breaking = new BreakingRows(ForgetfulGame.environment(5, 0), 17);
        String disturbed = collect(breaking, new Goal.Episodes(70), new Remembering(), SEED).hash();
        assertThat(breaking.broken()).isPositive();
        assertThat(noisy(1, 0).hash()).isEqualTo(disturbed);
    }

    @Test
    void wholeEpisodesAreStoredUntilThereAreEnoughTransitions() {
        DatasetCard card = uniform(6, 0, new Goal.Transitions(50));
        Dataset data = Dataset.open(last());
        assertThat(card.transitions()).isGreaterThanOrEqualTo(50);
        assertThat(card.transitions() - data.length(card.episodes() - 1)).isLessThan(50);
        assertThat(uniform(1, 0, new Goal.Transitions(50)).hash()).isEqualTo(card.hash());
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "9, 0", "30, 4"})
    void aConditionStoresTheFirstEpisodesThatPass(int size, int lossEvery) {
        ScriptedEnvironment environment = ForgetfulGame.environment(size, lossEvery);
        TaskCard task = TaskCard.of(environment.spec(), Map.of());
        Path target = folder.resolve("filtered" + size);
        try (Behaviour behaviour = new UniformBehaviour(environment.spec(), size);
                DatasetWriter writer = DatasetWriter.create(target, task)) {
            new Collector(
                            environment,
                            task,
                            behaviour,
                            SEED,
                            new Goal.Episodes(20),
                            episode -> episode.length() > 3,
                            writer)
                    .collect(stored -> {});
            writer.finish(
                    "other",
                    new Provenance("collect", "test", 0, "11", List.of(), "0", new TreeMap<>()));
        }
        uniform(1, 0, new Goal.Episodes(100));
        Dataset all = Dataset.open(last());
        List<Double> expected = new ArrayList<>();
        for (int episode = 0; expected.size() < 20; episode++) {
            if (all.length(episode) > 3) {
                expected.add(firstObservation(all, episode));
            }
        }
        Dataset data = Dataset.open(target);
        List<Double> found = new ArrayList<>();
        for (int episode = 0; episode < data.episodes(); episode++) {
            assertThat(data.length(episode)).isGreaterThan(3);
            found.add(firstObservation(data, episode));
        }
        assertThat(found).isEqualTo(expected);
    }

    private static double firstObservation(Dataset data, int episode) {
        return data.file(DatasetField.OBSERVATIONS).value(data.firstRow(episode), 0);
    }

    @Test
    void otherSeedsGiveOtherData() {
        String one = collect(4, 0, new Goal.Episodes(5), null, 1).hash();
        assertThat(collect(4, 0, new Goal.Episodes(5), null, 2).hash()).isNotEqualTo(one);
    }

    @Test
    void collectedDataAreSoundAndNoisyActionsStayWithinBounds() {
        noisy(16, 5);
        Dataset data = Dataset.open(last());
        assertThat(DatasetVerifier.verify(last(), false)).isEmpty();
        List<Double> actions = new ArrayList<>();
        for (long row = 0; row < data.card().rows(); row++) {
            actions.add(data.file(DatasetField.ACTIONS).value(row, 0));
        }
        assertThat(actions).contains(0.5, -0.5).allMatch(value -> Math.abs(value) <= 0.5);
    }

    private DatasetCard uniform(int size, int lossEvery, Goal goal) {
        return collect(size, lossEvery, goal, null, SEED);
    }

    private DatasetCard noisy(int size, int lossEvery) {
        return collect(size, lossEvery, new Goal.Episodes(70), new Remembering(), SEED);
    }

    private Path last() {
        return folder.resolve("data" + collections);
    }

    private DatasetCard collect(int size, int lossEvery, Goal goal, Policy policy, long seed) {
        ScriptedEnvironment environment = ForgetfulGame.environment(size, lossEvery);
        DatasetCard card = collect(environment, goal, policy, seed);
        assertThat(environment.losses() > 0).isEqualTo(lossEvery > 0);
        return card;
    }

    private DatasetCard collect(
            VectorEnvironment environment, Goal goal, Policy policy, long seed) {
        int size = environment.environments();
        TaskCard task = TaskCard.of(environment.spec(), Map.of());
        collections++;
        try (Behaviour behaviour =
                        policy == null
                                ? new UniformBehaviour(environment.spec(), size)
                                : new PolicyBehaviour(
                                        policy,
                                        environment.spec(),
                                        size,
                                        new Exploration.Noise(0.3));
                DatasetWriter writer = DatasetWriter.create(last(), task)) {
            new Collector(environment, task, behaviour, seed, goal, writer).collect(stored -> {});
            return writer.finish(
                    "random",
                    new Provenance("collect", "test", 0.3, "11", List.of(), "0", new TreeMap<>()));
        }
    }

    /** Acts on what it saw since the episode began, as a recurrent policy does. */
    private static final class Remembering implements Policy {
        @Override
        public Session open(int environments) {
            float[] memory = new float[environments];
            return new Session() {
                @Override
                public void reset(int environment) {
                    memory[environment] = 0;
                }

                @Override
                public Actions act(Observations observations) {
                    float[] actions = new float[2 * environments];
                    for (int row = 0; row < environments; row++) {
                        memory[row] = 0.9f * memory[row] + observations.observations()[6 * row];
                        actions[2 * row] = 0.1f * memory[row];
                        actions[2 * row + 1] = -0.2f * memory[row];
                    }
                    return new Actions.Continuous(actions);
                }

                @Override
                public void close() {
                    // holds no resources
                }
            };
        }
    }
}
