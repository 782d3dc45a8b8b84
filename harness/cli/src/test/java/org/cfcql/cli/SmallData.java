package org.cfcql.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.random.RandomStream;

/** Noise in the shape of cooperative navigation: enough to train on, made without a process. */
final class SmallData {
    private static final int AGENTS = 3;
    private static final int OBSERVATION = 18;
    private static final int LIMIT = 25;

    /** Folder of the data of {@link #writeTrial}. */
    static final String NAME = "noise";

    private SmallData() {}

    /** Writes data and an experiment of one cell on them; the file of the experiment. */
    static Path writeTrial(Path folder) throws IOException {
        Path data = folder.resolve(NAME);
        write(data, 4);
        return Files.writeString(
                folder.resolve("trial.yaml"),
                """
                name: trial
                environments: [mpe/simple_spread]
                datasets: [%s]
                algorithms: {bc: {}}
                budget: {rounds: 20, batch: 16}
                evaluation: {every: 10, episodes: 2, finalEpisodes: 3}
                """
                        .formatted(data));
    }

    static void write(Path folder, int episodes) {
        TaskCard task =
                new TaskCard(
                        "mpe/simple_spread",
                        new TreeMap<>(),
                        // Known, so that planning opens no environment to compare sizes with.
                        "made up",
                        new TreeMap<>(),
                        List.of("agent_0", "agent_1", "agent_2"),
                        OBSERVATION,
                        AGENTS * OBSERVATION,
                        true,
                        new ActionSpace.Box(2, -1, 1),
                        false,
                        LIMIT,
                        TimeoutKind.TRUNCATION,
                        true,
                        "mean");
        RandomStream stream = new RandomStream(1);
        try (DatasetWriter writer = DatasetWriter.create(folder, task)) {
            for (int episode = 0; episode < episodes; episode++) {
                EpisodeBuffer buffer = new EpisodeBuffer(task);
                buffer.start(seen(stream), 0);
                while (!buffer.isFinished()) {
                    byte[] cut = {(byte) (buffer.length() == LIMIT - 1 ? 1 : 0)};
                    buffer.step(
                            new Actions.Continuous(noise(stream, AGENTS * 2)),
                            new StepResult(
                                    seen(stream),
                                    noise(stream, AGENTS),
                                    new byte[1],
                                    cut,
                                    Map.of()),
                            0);
                }
                writer.append(buffer);
            }
            writer.finish(
                    "random",
                    new Provenance("test", "noise", 0, "1", List.of(), "test", new TreeMap<>()));
        }
    }

    private static Observations seen(RandomStream stream) {
        float[] values = noise(stream, AGENTS * OBSERVATION);
        return new Observations(1, values, values, new byte[0]);
    }

    private static float[] noise(RandomStream stream, int length) {
        float[] values = new float[length];
        stream.fillUniform(values, -1, 1);
        return values;
    }
}
