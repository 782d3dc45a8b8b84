package org.cfcql.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Fixtures;
import org.cfcql.data.TaskCard;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayBufferTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
    private static final int BATCH = 16;
    private static final int[] LENGTHS = {25, 3, 1, 25, 9};

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void batchesAreThoseOfTheDataSetItIsWrittenAs(boolean stateIsObservations) {
        TaskCard task = Fixtures.task(TimeoutKind.TERMINAL, stateIsObservations);
        ReplayBuffer replay = filled(task, 1000, new ArrayList<>());
        try (DatasetWriter writer = DatasetWriter.create(folder.resolve("data"), task)) {
            replay.writeTo(writer, 1000);
            DatasetCard card = writer.finish("medium-replay", Fixtures.made());
            Fixtures.write(folder.resolve("direct"), task, LENGTHS);
            DatasetCard direct = Dataset.open(folder.resolve("direct")).card();
            assertThat(card.hash()).isEqualTo(direct.hash());
            assertThat(card.returns()).isEqualTo(direct.returns());
        }
        Dataset dataset = Dataset.open(folder.resolve("data"));
        try (PointerScope scope = new PointerScope();
                TransitionSampler sampler =
                        new TransitionSampler(dataset, BATCH, new RandomStream(4), TENSORS)) {
            TransitionBatch expected = sampler.next();
            TransitionBatch found = replay.sample(BATCH, new RandomStream(4), TENSORS);
            for (int field = 0; field < expected.tensors().size(); field++) {
                assertThat(numbers(found.tensors().get(field)))
                        .as("field %d", field)
                        .isEqualTo(numbers(expected.tensors().get(field)));
            }
        }
    }

    @Test
    void aPartOfItIsExactAndSpreadEvenly() {
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        ReplayBuffer replay = new ReplayBuffer(task, 10_000);
        int[] lengths = new int[66];
        Arrays.fill(lengths, 5);
        fill(replay, task, lengths, new ArrayList<>());
        Dataset part = written(replay, task, 39 * 5);
        assertThat(part.transitions()).isEqualTo(39 * 5);
        for (int episode = 0; episode < 39; episode++) {
            // 66 / 39 episodes apart; the reward of agent 0 is the number of the transition.
            long row = part.firstRow(episode);
            int source = (int) part.file(DatasetField.REWARDS).value(row, 0) / 5;
            assertThat(source).isBetween(episode * 66 / 39, (episode + 1) * 66 / 39);
        }
    }

    @Test
    void aPartOfUnequalEpisodesIsNeverLongerThanAskedFor() {
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        for (int atMost = 3; atMost <= 63; atMost += 6) {
            ReplayBuffer replay = filled(task, 1000, new ArrayList<>());
            Dataset part = written(replay, task, atMost);
            assertThat(part.transitions()).isBetween(1L, (long) atMost);
        }
    }

    @Test
    void forgetsWholeEpisodesFromTheOldEnd() {
        ReplayBuffer replay =
                filled(Fixtures.task(TimeoutKind.TRUNCATION, true), 30, new ArrayList<>());
        // 25 + 9 transitions: without the episode of 25 steps fewer than 30 would be left.
        assertThat(replay.transitions()).isEqualTo(34);
        assertThat(replay.episodes()).isEqualTo(2);
        try (PointerScope scope = new PointerScope()) {
            TransitionBatch all = replay.sample(34, new RandomStream(1), TENSORS);
            float[] rewards = TensorFactory.toFloats(all.rewards().select(1, 0));
            assertThat(rewards).hasSize(34).doesNotHaveDuplicates();
            for (float reward : rewards) {
                assertThat(reward).isBetween(29f, 62f);
            }
        }
    }

    @Test
    void storedBytesBringBackTheSameBuffer() throws IOException {
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, false);
        List<ByteBuffer> stored = new ArrayList<>();
        ReplayBuffer replay = filled(task, 1000, stored);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        stored.forEach(bytes -> all.writeBytes(bytes.array()));
        ReplayBuffer again = new ReplayBuffer(task, 1000);
        again.appendAll(new ByteArrayInputStream(all.toByteArray()));
        try (PointerScope scope = new PointerScope()) {
            TransitionBatch expected = replay.sample(BATCH, new RandomStream(2), TENSORS);
            TransitionBatch found = again.sample(BATCH, new RandomStream(2), TENSORS);
            assertThat(numbers(found.nextState())).isEqualTo(numbers(expected.nextState()));
            assertThat(numbers(found.nextActions())).isEqualTo(numbers(expected.nextActions()));
            assertThat(numbers(found.dones())).isEqualTo(numbers(expected.dones()));
        }
    }

    @Test
    void exactlyAsMuchAsItHoldsIsKept() {
        // 25 + 9 transitions are enough for 34, and one fewer than 35.
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        assertThat(filled(task, 34, new ArrayList<>()).transitions()).isEqualTo(34);
        assertThat(filled(task, 35, new ArrayList<>()).transitions()).isEqualTo(35);
    }

    @ParameterizedTest
    @EnumSource(TimeoutKind.class)
    void storedFlagsSayWhichEndItWas(TimeoutKind timeoutKind) throws IOException {
        TaskCard task = Fixtures.task(timeoutKind, true);
        List<ByteBuffer> stored = new ArrayList<>();
        ReplayBuffer replay = filled(task, 1000, stored);
        ReplayBuffer again = new ReplayBuffer(task, 1000);
        for (ByteBuffer bytes : stored) {
            again.appendAll(new ByteArrayInputStream(bytes.array()));
        }
        try (PointerScope scope = new PointerScope()) {
            int all = (int) replay.transitions();
            float[] dones = numbers(replay.sample(all, new RandomStream(2), TENSORS).dones());
            assertThat(numbers(again.sample(all, new RandomStream(2), TENSORS).dones()))
                    .isEqualTo(dones);
            double ends = 0;
            for (float done : dones) {
                ends += done / Fixtures.AGENTS;
            }
            // Three episodes end by their rules, two at the limit.
            assertThat(ends).isCloseTo(timeoutKind == TimeoutKind.TERMINAL ? 5 : 3, within(1e-6));
        }
    }

    private static ReplayBuffer filled(TaskCard task, long capacity, List<ByteBuffer> stored) {
        ReplayBuffer replay = new ReplayBuffer(task, capacity);
        fill(replay, task, LENGTHS, stored);
        return replay;
    }

    private static void fill(
            ReplayBuffer replay, TaskCard task, int[] lengths, List<ByteBuffer> stored) {
        EpisodeBuffer episode = new EpisodeBuffer(task);
        int transition = 0;
        for (int index = 0; index < lengths.length; index++) {
            Fixtures.fill(episode, task, transition, index, lengths[index]);
            stored.add(replay.append(episode));
            transition += lengths[index];
        }
    }

    private Dataset written(ReplayBuffer replay, TaskCard task, long atMost) {
        Path target = folder.resolve("part-" + atMost);
        try (DatasetWriter writer = DatasetWriter.create(target, task)) {
            replay.writeTo(writer, atMost);
            writer.finish("medium-replay", Fixtures.made());
        }
        return Dataset.open(target);
    }

    private static float[] numbers(Tensor tensor) {
        return TensorFactory.toFloats(tensor);
    }
}
