package org.cfcql.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.data.Dataset;
import org.cfcql.data.DiscreteFixtures;
import org.cfcql.data.Fixtures;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.UserError;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EpisodeSamplerTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
    private static final int[] LENGTHS = {9, 1, 4, 9, 3, 6};

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Precision.class)
    void anEpisodeKeepsItsRowsAndIsPaddedWithZeros(Precision precision) {
        Dataset data = data(TimeoutKind.TERMINAL, true, LENGTHS);
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, precision);
        try (PointerScope scope = new PointerScope()) {
            EpisodeSampler sampler =
                    new EpisodeSampler(data, EpisodeSubset.ALL, 6, new RandomStream(5), tensors);
            EpisodeBatch batch = sampler.next();
            assertThat(batch.slots()).isEqualTo(10);
            assertThat(batch.observations().shape()).containsExactly(6, 10, 3, 4);
            assertThat(batch.state().shape()).containsExactly(6, 10, 5);
            assertThat(batch.availableActions().shape()).containsExactly(6, 10, 3, 6);
            assertThat(batch.availableActions().scalar_type().intern()).isEqualTo(ScalarType.Bool);
            assertThat(batch.actions().scalar_type().intern()).isEqualTo(ScalarType.Long);
            assertThat(batch.observations().scalar_type().intern())
                    .isEqualTo(precision.scalarType());
            double[] rewards = TensorFactory.toDoubles(batch.rewards());
            boolean[] seen = new boolean[LENGTHS.length];
            for (int item = 0; item < 6; item++) {
                // The reward of an episode's first step is the row it starts at.
                int episode = data.episodeOf(firstTransition(data, (int) rewards[item * 10]));
                seen[episode] = true;
                requireEpisode(batch, item, data, episode);
            }
            assertThat(seen).as("episodes in a batch of all of them").doesNotContain(false);
        }
    }

    private static long firstTransition(Dataset data, int row) {
        for (int episode = 0; episode < data.episodes(); episode++) {
            if (data.firstRow(episode) == row) {
                return row - episode;
            }
        }
        throw new AssertionError("no episode starts at row " + row);
    }

    private static void requireEpisode(EpisodeBatch batch, int item, Dataset data, int episode) {
        double[] observations = TensorFactory.toDoubles(batch.observations());
        double[] state = TensorFactory.toDoubles(batch.state());
        double[] available = TensorFactory.toDoubles(batch.availableActions());
        double[] actions = TensorFactory.toDoubles(batch.actions());
        double[] rewards = TensorFactory.toDoubles(batch.rewards());
        double[] terminated = TensorFactory.toDoubles(batch.terminated());
        double[] filled = TensorFactory.toDoubles(batch.filled());
        int length = data.length(episode);
        for (int time = 0; time < batch.slots(); time++) {
            int slot = item * batch.slots() + time;
            boolean real = time <= length;
            boolean step = time < length;
            long row = data.firstRow(episode) + time;
            String where = "episode " + episode + " slot " + time;
            assertThat(filled[slot]).as("filled, " + where).isEqualTo(real ? 1 : 0);
            assertThat(terminated[slot])
                    .as("terminated, " + where)
                    .isEqualTo(time == length - 1 ? 1 : 0);
            assertThat(rewards[slot]).as("reward, " + where).isEqualTo(step ? row : 0);
            assertThat(state[slot * 5 + 4]).as("state, " + where).isEqualTo(real ? -row : 0.0);
            for (int agent = 0; agent < 3; agent++) {
                int entry = slot * 3 + agent;
                assertThat(observations[entry * 4 + 3])
                        .as("observation, " + where)
                        .isEqualTo(real ? row + agent / 10f : 0);
                assertThat(actions[entry]).as("action, " + where).isEqualTo(step ? row % 6 : 0);
                for (int action = 0; action < 6; action++) {
                    assertThat(available[entry * 6 + action])
                            .as("availability of %d, %s", action, where)
                            .isEqualTo(real && action != (row + 1) % 6 ? 1 : 0);
                }
            }
        }
    }

    @Test
    void aBatchIsAsLongAsItsLongestEpisode() {
        Dataset data = data(TimeoutKind.TERMINAL, true, 2, 4, 1);
        try (PointerScope scope = new PointerScope()) {
            assertThat(sampler(data, 3, 1).next().slots()).isEqualTo(5);
        }
    }

    @Test
    void withoutMasksEveryActionOfAFilledSlotIsAvailableAndTheStateIsTheObservations() {
        Dataset data = data(TimeoutKind.BOOTSTRAP, false, 3, 9);
        try (PointerScope scope = new PointerScope()) {
            EpisodeBatch batch = sampler(data, 2, 1).next();
            double open = Arrays.stream(TensorFactory.toDoubles(batch.availableActions())).sum();
            assertThat(open).isEqualTo((4 + 10) * 3 * 6);
            assertThat(batch.state().shape()).containsExactly(2, 10, 12);
            assertThat(TensorFactory.toFloats(batch.state()))
                    .isEqualTo(TensorFactory.toFloats(batch.observations()));
        }
    }

    @ParameterizedTest
    @CsvSource({"TERMINAL, 6", "TRUNCATION, 4", "BOOTSTRAP, 4"})
    void onlyTheTasksConventionDecidesWhatTheLimitMeans(TimeoutKind kind, int ends) {
        Dataset data = data(kind, true, LENGTHS);
        try (PointerScope scope = new PointerScope()) {
            double[] terminated = TensorFactory.toDoubles(sampler(data, 6, 1).next().terminated());
            assertThat(Arrays.stream(terminated).sum()).isEqualTo(ends);
        }
    }

    @Test
    void everyEpisodeIsDrawnEquallyOften() {
        Dataset data = data(TimeoutKind.TERMINAL, true, LENGTHS);
        EpisodeSampler sampler = sampler(data, 2, 11);
        int batches = 3000;
        double[] counts = new double[LENGTHS.length];
        for (int index = 0; index < batches; index++) {
            for (int episode : episodes(sampler, data)) {
                counts[episode]++;
            }
        }
        double expected = batches * 2.0 / LENGTHS.length;
        double chiSquare =
                Arrays.stream(counts).map(count -> Math.pow(count - expected, 2)).sum() / expected;
        // 99.9 % quantile of chi-square with 5 degrees of freedom
        assertThat(chiSquare).as("chi-square of %s", Arrays.toString(counts)).isLessThan(20.52);
    }

    @Test
    void aSubsetIsDrawnOnceAndNothingElseIsSampled() {
        int[] lengths = new int[60];
        Arrays.fill(lengths, 1);
        Dataset data = data(TimeoutKind.TERMINAL, true, lengths);
        EpisodeSubset subset = new EpisodeSubset(10, 77);
        int[] allowed = subset.of(60);
        assertThat(allowed).hasSize(10).doesNotHaveDuplicates().isSorted();
        assertThat(new EpisodeSubset(10, 78).of(60)).isNotEqualTo(allowed);
        EpisodeSampler sampler = new EpisodeSampler(data, subset, 4, new RandomStream(3), TENSORS);
        boolean[] met = new boolean[60];
        for (int batch = 0; batch < 100; batch++) {
            for (int episode : episodes(sampler, data)) {
                met[episode] = true;
            }
        }
        for (int episode = 0; episode < 60; episode++) {
            assertThat(met[episode])
                    .as("episode %d of subset %s", episode, Arrays.toString(allowed))
                    .isEqualTo(Arrays.binarySearch(allowed, episode) >= 0);
        }
    }

    @Test
    void aRestoredSamplerContinuesExactlyAndARestartedOneReplays() {
        Dataset data = data(TimeoutKind.TERMINAL, true, LENGTHS);
        EpisodeSampler whole = sampler(data, 3, 8);
        int[] first = episodes(whole, data);
        RandomStream.State stored = whole.state();
        int[] second = episodes(whole, data);
        EpisodeSampler resumed = sampler(data, 3, 8);
        resumed.restore(stored);
        assertThat(episodes(resumed, data)).isEqualTo(second);
        resumed.restart();
        assertThat(episodes(resumed, data)).isEqualTo(first);
    }

    @Test
    void aBatchOutlivesTheNextOneAndNothingIsLeftBehind() {
        Dataset data = data(TimeoutKind.TERMINAL, true, LENGTHS);
        EpisodeSampler sampler = sampler(data, 3, 8);
        try (PointerScope scope = new PointerScope()) {
            Tensor rewards = sampler.next().rewards();
            float[] before = TensorFactory.toFloats(rewards);
            episodes(sampler, data);
            assertThat(TensorFactory.toFloats(rewards)).isEqualTo(before);
        }
        episodes(sampler, data);
        long bytes = Pointer.totalBytes();
        for (int batch = 0; batch < 50; batch++) {
            episodes(sampler, data);
        }
        assertThat(Pointer.totalBytes()).as("native bytes after 50 batches").isEqualTo(bytes);
    }

    @Test
    void aBatchLargerThanTheDataIsRefused() {
        Dataset data = data(TimeoutKind.TERMINAL, true, LENGTHS);
        assertThatThrownBy(() -> sampler(data, 7, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("episodes as a batch has (7), found 6");
    }

    @Test
    void continuousActionsAreRefused() {
        Fixtures.write(folder.resolve("box"), 3, 3);
        Dataset data = Dataset.open(folder.resolve("box"));
        assertThatThrownBy(() -> sampler(data, 1, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected discrete actions");
    }

    private Dataset data(TimeoutKind timeoutKind, boolean masked, int... lengths) {
        Path target = folder.resolve("data");
        DiscreteFixtures.write(
                target, DiscreteFixtures.task("smax/2s3z", timeoutKind, masked), lengths);
        return Dataset.open(target);
    }

    private static EpisodeSampler sampler(Dataset data, int batch, long seed) {
        return new EpisodeSampler(data, EpisodeSubset.ALL, batch, new RandomStream(seed), TENSORS);
    }

    /** Episodes of the next batch, by the row their first reward names. */
    private static int[] episodes(EpisodeSampler sampler, Dataset data) {
        try (PointerScope scope = new PointerScope()) {
            EpisodeBatch batch = sampler.next();
            double[] rewards = TensorFactory.toDoubles(batch.rewards());
            int[] episodes = new int[batch.size()];
            for (int item = 0; item < episodes.length; item++) {
                int row = (int) rewards[item * batch.slots()];
                episodes[item] = data.episodeOf(firstTransition(data, row));
            }
            return episodes;
        }
    }
}
