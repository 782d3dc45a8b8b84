package org.cfcql.data.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Fixtures;
import org.cfcql.data.TaskCard;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpisodeFileTest {
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
    private static final int LIMIT = 7;
    private static final int[] LENGTHS = {3, LIMIT, 1, 4};

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(TimeoutKind.class)
    void aBatchHoldsEpisodesCutToTheLongest(TimeoutKind timeouts) {
        try (EpisodeFile file = filled(task(timeouts), LENGTHS);
                PointerScope scope = new PointerScope()) {
            EpisodeBatch batch = new EpisodeAssembler(TENSORS).assemble(file, new int[] {3, 0});
            assertThat(batch.slots()).isEqualTo(5);
            assertThat(TensorFactory.toFloats(batch.filled()))
                    .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 0);
            assertThat(TensorFactory.toFloats(batch.rewards()))
                    .containsExactly(30, 31, 32, 33, 0, 0, 1, 2, 0, 0);
            assertThat(TensorFactory.toFloats(batch.terminated()))
                    .containsExactly(0, 0, 0, 1, 0, 0, 0, 1, 0, 0);
            assertThat(TensorFactory.toDoubles(batch.actions()))
                    .containsExactly(0, 1, 1, 2, 2, 0, 0, 1, 0, 0, 0, 1, 1, 2, 2, 0, 0, 0, 0, 0);
            assertThat(TensorFactory.toFloats(batch.state().select(2, 0)))
                    .containsExactly(30, 31, 32, 33, 34, 0, 1, 2, 3, 0);
            assertThat(TensorFactory.toFloats(batch.observations().select(2, 1).select(2, 0)))
                    .containsExactly(30, 31, 32, 33, 34, 0, 1, 2, 3, 0);
            assertThat(TensorFactory.toFloats(batch.availableActions().select(2, 0).select(2, 2)))
                    .containsExactly(0, 1, 0, 1, 0, 0, 1, 0, 1, 0);
            boolean ended = timeouts == TimeoutKind.TERMINAL;
            EpisodeBatch atLimit = new EpisodeAssembler(TENSORS).assemble(file, new int[] {1});
            assertThat(atLimit.terminated().sum().item_double()).isEqualTo(ended ? 1 : 0);
        }
    }

    @Test
    void drawsOnlyFromTheMostRecentEpisodes() {
        try (EpisodeFile file = filled(task(TimeoutKind.TERMINAL), LENGTHS);
                PointerScope scope = new PointerScope()) {
            RandomStream stream = new RandomStream(5);
            for (int draw = 0; draw < 20; draw++) {
                EpisodeBatch batch = file.sample(2, 2, stream, TENSORS);
                float[] first = TensorFactory.toFloats(batch.rewards().select(1, 0));
                Arrays.sort(first);
                assertThat(first).containsExactly(20, 30);
            }
        }
    }

    @Test
    void whatAReopenedFileKeepsIsTheSame() {
        TaskCard task = task(TimeoutKind.TERMINAL);
        long kept;
        try (EpisodeFile file = filled(task, 3, LIMIT)) {
            kept = file.sync();
            append(file, task, 2, 5);
        }
        try (EpisodeFile file = new EpisodeFile(folder.resolve("replay.bin"), kept, task);
                PointerScope scope = new PointerScope()) {
            assertThat(file.episodes()).isEqualTo(2);
            assertThat(file.transitions()).isEqualTo(3 + LIMIT);
            assertThat(file.recentReturn(1)).isEqualTo(7 * 10 + 21);
            append(file, task, 2, 1);
            append(file, task, 3, 4);
            assertThat(write(file, task, "again")).isEqualTo(written(task));
        }
    }

    private String written(TaskCard task) {
        try (DatasetWriter writer = DatasetWriter.create(folder.resolve("direct"), task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (int index = 0; index < LENGTHS.length; index++) {
                play(episode, index, LENGTHS[index]);
                writer.append(episode);
            }
            return writer.finish("other", Fixtures.made()).hash();
        }
    }

    private String write(EpisodeFile file, TaskCard task, String name) {
        try (DatasetWriter writer = DatasetWriter.create(folder.resolve(name), task)) {
            file.writeTo(writer, 0, file.episodes());
            return writer.finish("other", Fixtures.made()).hash();
        }
    }

    private EpisodeFile filled(TaskCard task, int... lengths) {
        EpisodeFile file = new EpisodeFile(folder.resolve("replay.bin"), 0, task);
        for (int index = 0; index < lengths.length; index++) {
            append(file, task, index, lengths[index]);
        }
        return file;
    }

    private static void append(EpisodeFile file, TaskCard task, int index, int length) {
        EpisodeBuffer episode = new EpisodeBuffer(task);
        play(episode, index, length);
        file.append(episode);
    }

    /** Numbers say where they come from: ten times the episode plus the step. */
    private static void play(EpisodeBuffer episode, int index, int length) {
        episode.start(seen(index, 0), 0);
        for (int step = 0; step < length; step++) {
            boolean last = step == length - 1;
            episode.step(
                    new Actions.Discrete(new int[] {step % 3, (step + 1) % 3}),
                    new StepResult(
                            seen(index, step + 1),
                            new float[] {10f * index + step},
                            new byte[] {(byte) (last && length < LIMIT ? 1 : 0)},
                            new byte[] {(byte) (last && length == LIMIT ? 1 : 0)},
                            Map.of()),
                    0);
        }
    }

    private static Observations seen(int index, int step) {
        float number = 10f * index + step;
        byte odd = (byte) (step % 2);
        return new Observations(
                1,
                new float[] {-number, 0, number, 0},
                new float[] {number, 1, 2},
                new byte[] {1, 0, odd, 1, 1, 0});
    }

    private static TaskCard task(TimeoutKind timeouts) {
        return new TaskCard(
                "smax/2s3z",
                new TreeMap<>(),
                "f00d",
                new TreeMap<>(),
                List.of("agent_0", "agent_1"),
                2,
                3,
                false,
                new ActionSpace.Discrete(3),
                true,
                LIMIT,
                timeouts,
                false,
                "team");
    }
}
