package org.cfcql.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.DistinctIndices;
import org.cfcql.data.DoneConvention;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Fixtures;
import org.cfcql.data.TaskCard;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.UserError;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransitionSamplerTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
    private static final int[] LENGTHS = {25, 1, 7, 25, 3};
    private static final int SIZE = 61;

    @TempDir Path folder;

    @Property
    void drawsAreDistinctAndInRange(
            @ForAll @IntRange(min = 1, max = 3000) int size,
            @ForAll @IntRange(min = 1, max = 1024) int batch,
            @ForAll long seed) {
        int wanted = Math.min(size, batch);
        int[] drawn = new DistinctIndices(size, wanted).next(new RandomStream(seed));
        assertThat(Arrays.stream(drawn).distinct().count()).isEqualTo(wanted);
        assertThat(Arrays.stream(drawn)).allMatch(index -> index >= 0 && index < size);
    }

    @Test
    void everyOrderedSelectionIsEquallyLikely() {
        DistinctIndices draws = new DistinctIndices(4, 2);
        RandomStream stream = new SeedTree(3).stream();
        int[] counts = new int[16];
        int rounds = 120_000;
        for (int round = 0; round < rounds; round++) {
            int[] drawn = draws.next(stream);
            counts[4 * drawn[0] + drawn[1]]++;
        }
        double chiSquare = 0;
        double expected = rounds / 12.0;
        for (int pair = 0; pair < 16; pair++) {
            if (pair % 5 != 0) {
                chiSquare += Math.pow(counts[pair] - expected, 2) / expected;
            }
        }
        // 99.9 % quantile of chi-square with 11 degrees of freedom
        assertThat(chiSquare).as("chi-square of %s", Arrays.toString(counts)).isLessThan(31.26);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aTransitionKeepsItsRowsTogether(Precision precision) {
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, precision);
        Dataset data = data(TimeoutKind.TERMINAL, false);
        try (PointerScope scope = new PointerScope();
                TransitionSampler sampler =
                        new TransitionSampler(data, SIZE, new RandomStream(5), tensors)) {
            TransitionBatch batch = sampler.next();
            double[] rewards = TensorFactory.toDoubles(batch.rewards());
            double[] observations = TensorFactory.toDoubles(batch.observations());
            double[] nextObservations = TensorFactory.toDoubles(batch.nextObservations());
            double[] actions = TensorFactory.toDoubles(batch.actions());
            double[] nextActions = TensorFactory.toDoubles(batch.nextActions());
            double[] state = TensorFactory.toDoubles(batch.state());
            double[] nextState = TensorFactory.toDoubles(batch.nextState());
            double[] dones = TensorFactory.toDoubles(batch.dones());
            assertThat(batch.observations().scalar_type().intern())
                    .isEqualTo(precision.scalarType());
            assertThat(batch.nextState().size(1)).isEqualTo(5);
            boolean[] seen = new boolean[SIZE];
            for (int item = 0; item < SIZE; item++) {
                int transition = (int) rewards[3 * item];
                seen[transition] = true;
                int episode = data.episodeOf(transition);
                int row = transition + episode;
                boolean last = row == data.firstRow(episode) + data.length(episode) - 1;
                assertThat(rewards[3 * item + 2]).isEqualTo((transition + 0.2f));
                assertThat(observations[12 * item + 11]).isEqualTo(row);
                assertThat(nextObservations[12 * item]).isEqualTo(row + 1);
                assertThat(state[5 * item + 4]).isEqualTo(-row);
                assertThat(nextState[5 * item]).isEqualTo(-row - 1);
                assertThat(actions[6 * item + 5]).isEqualTo((transition * Fixtures.ACTION_SCALE));
                assertThat(nextActions[6 * item])
                        .as("action at the next buffer index of transition %d", transition)
                        .isEqualTo(((transition + 1) % SIZE * Fixtures.ACTION_SCALE));
                assertThat(dones[3 * item + 1]).isEqualTo(last ? 1 : 0);
            }
            assertThat(seen).doesNotContain(false);
        }
    }

    @Test
    void aDerivedStateIsTheObservationsOfAllAgents() {
        try (PointerScope scope = new PointerScope();
                TransitionSampler sampler = sampler(data(TimeoutKind.TRUNCATION, true), 1)) {
            TransitionBatch batch = sampler.next();
            assertThat(batch.state().size(1)).isEqualTo(12);
            assertThat(TensorFactory.toFloats(batch.nextState()))
                    .isEqualTo(TensorFactory.toFloats(batch.nextObservations()));
        }
    }

    /** Stored apart, the next observation of row r is 1000 + r and the next state -1000 - r. */
    @Test
    void aNextObservationStoredApartIsTaken() {
        Path target = folder.resolve("apart");
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, false);
        try (DatasetWriter writer = DatasetWriter.create(target, task, true)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (int index = 0; index < 3; index++) {
                episode.start(Fixtures.seen(task, 2 * index), 0);
                episode.step(
                        new Actions.Continuous(new float[6]),
                        Fixtures.ended(task, 2 * index + 1, 2 * index),
                        0);
                float[] next = new float[12];
                float[] state = new float[5];
                Arrays.fill(next, 1000 + 2 * index);
                Arrays.fill(state, -1000 - 2 * index);
                episode.next(next, state);
                writer.append(episode);
            }
            writer.finish("random", Fixtures.made());
        }
        try (PointerScope scope = new PointerScope();
                TransitionSampler sampler =
                        new TransitionSampler(
                                Dataset.open(target), 3, new RandomStream(1), TENSORS)) {
            TransitionBatch batch = sampler.next();
            double[] rows = TensorFactory.toDoubles(batch.observations());
            double[] next = TensorFactory.toDoubles(batch.nextObservations());
            double[] nextState = TensorFactory.toDoubles(batch.nextState());
            for (int item = 0; item < 3; item++) {
                double row = rows[12 * item];
                assertThat(next[12 * item]).isEqualTo(1000 + row);
                assertThat(nextState[5 * item]).isEqualTo(-1000 - row);
            }
        }
    }

    @Test
    void aRewardOfTheTeamIsThatOfEveryAgent() {
        Path target = folder.resolve("team");
        TaskCard task = Fixtures.teamTask();
        try (DatasetWriter writer = DatasetWriter.create(target, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            episode.start(Fixtures.seen(task, 0), 0);
            episode.step(new Actions.Continuous(new float[6]), Fixtures.ended(task, 1, 7.5f), 0);
            writer.append(episode);
            writer.finish("random", Fixtures.made());
        }
        try (PointerScope scope = new PointerScope();
                TransitionSampler sampler =
                        new TransitionSampler(
                                Dataset.open(target), 1, new RandomStream(1), TENSORS)) {
            assertThat(TensorFactory.toDoubles(sampler.next().rewards()))
                    .containsExactly(7.5, 7.5, 7.5);
        }
    }

    @Test
    void onlyTheTasksConventionDecidesWhatTheLimitMeans() {
        assertThat(dones(TimeoutKind.TERMINAL, DoneConvention.PAPER)).isEqualTo(5);
        assertThat(dones(TimeoutKind.TRUNCATION, DoneConvention.PAPER)).isEqualTo(3);
        assertThat(dones(TimeoutKind.BOOTSTRAP, DoneConvention.PAPER)).isEqualTo(3);
        assertThat(dones(TimeoutKind.TERMINAL, DoneConvention.GYMNASIUM)).isEqualTo(3);
    }

    @Test
    void aRestoredSamplerContinuesExactly() {
        Dataset data = data(TimeoutKind.TRUNCATION, true);
        try (TransitionSampler whole = sampler(data, 9);
                TransitionSampler resumed = sampler(data, 9)) {
            rewards(whole);
            RandomStream.State stored = whole.state();
            float[] expected = rewards(whole);
            resumed.restore(stored);
            assertThat(rewards(resumed)).isEqualTo(expected);
        }
    }

    @Test
    void aRestartedSamplerReplaysItsBatches() {
        Dataset data = data(TimeoutKind.TRUNCATION, true);
        try (TransitionSampler sampler = sampler(data, 9)) {
            float[] first = rewards(sampler);
            float[] second = rewards(sampler);
            sampler.restart();
            assertThat(rewards(sampler)).isEqualTo(first);
            assertThat(rewards(sampler)).isEqualTo(second).isNotEqualTo(first);
        }
    }

    @Test
    void aBatchOutlivesTheNextOne() {
        try (PointerScope scope = new PointerScope();
                TransitionSampler sampler = sampler(data(TimeoutKind.TRUNCATION, true), 9)) {
            Tensor rewards = sampler.next().rewards();
            float[] before = TensorFactory.toFloats(rewards);
            sampler.next();
            assertThat(TensorFactory.toFloats(rewards)).isEqualTo(before);
        }
    }

    @Test
    void aBatchLargerThanTheDataIsRefused() {
        Dataset data = data(TimeoutKind.TRUNCATION, true);
        assertThatThrownBy(
                        () -> new TransitionSampler(data, SIZE + 1, new RandomStream(1), TENSORS))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("(62), found 61");
    }

    private Dataset data(TimeoutKind timeoutKind, boolean stateIsObservations) {
        Path target = folder.resolve(timeoutKind + "-" + stateIsObservations);
        Fixtures.write(target, Fixtures.task(timeoutKind, stateIsObservations), LENGTHS);
        return Dataset.open(target);
    }

    private static TransitionSampler sampler(Dataset data, long seed) {
        return new TransitionSampler(data, 16, new RandomStream(seed), TENSORS);
    }

    private double dones(TimeoutKind timeoutKind, DoneConvention convention) {
        Path target = folder.resolve("dones-" + timeoutKind + convention);
        Fixtures.write(target, Fixtures.task(timeoutKind, true), LENGTHS);
        try (PointerScope scope = new PointerScope();
                TransitionSampler sampler =
                        new TransitionSampler(
                                Dataset.open(target),
                                SIZE,
                                new RandomStream(1),
                                TENSORS,
                                convention)) {
            double[] dones = TensorFactory.toDoubles(sampler.next().dones());
            return Arrays.stream(dones).sum() / Fixtures.AGENTS;
        }
    }

    private static float[] rewards(TransitionSampler sampler) {
        try (PointerScope scope = new PointerScope()) {
            return TensorFactory.toFloats(sampler.next().rewards());
        }
    }
}
