package org.cfcql.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Fixtures;
import org.cfcql.data.TaskCard;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetVerifierTest {
    private static final int HEADER = 128;
    private static final int OBSERVATION_ROW = 48;

    @TempDir Path folder;
    private Path data;

    @BeforeEach
    void threeSoundEpisodes() {
        data = folder.resolve("data");
        Fixtures.write(data, 25, 3, 25);
        assertThat(DatasetVerifier.verify(data, false)).isEmpty();
    }

    @Test
    void notANumberIsFoundWithItsRow() throws IOException {
        // 0x7fc00000 in row 30
        poke("observations.npy", HEADER + 30 * OBSERVATION_ROW, 0, 0, 0xC0, 0x7F);
        assertThat(lines())
                .contains("observations.npy row 30: expected finite numbers, found NaN")
                .anyMatch(line -> line.startsWith("observations.npy: expected SHA-256"));
        assertThatThrownBy(() -> DatasetVerifier.requireFinite(Dataset.open(data)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("observations.npy row 30: expected finite numbers");
    }

    @Test
    void notANumberIsFoundInTheVeryLastRow() throws IOException {
        poke("observations.npy", HEADER + 56 * OBSERVATION_ROW - 4, 0, 0, 0xC0, 0x7F);
        assertThat(lines()).contains("observations.npy row 55: expected finite numbers, found NaN");
    }

    @ParameterizedTest
    @CsvSource({"mean, mean", "std, sample deviation", "min, smallest", "max, largest"})
    void everyNumberOfTheCardsReturnsIsChecked(String key, String name) throws IOException {
        Path card = data.resolve("card.json");
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(card.toFile());
        ObjectNode returns = (ObjectNode) json.get("returns");
        returns.put(key, returns.get(key).asDouble() + 0.5);
        Files.writeString(card, json.toString());
        assertThat(lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("rewards.npy: expected " + name + " return"));
    }

    @Test
    void aChangedByteIsFound() throws IOException {
        poke("observations.npy", HEADER + 30 * OBSERVATION_ROW, 1);
        assertThat(lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("observations.npy: expected SHA-256"));
    }

    @Test
    void anActionOutOfBoundsIsFound() throws IOException {
        // 1.5 in row 27
        poke("actions.npy", HEADER + 27 * 24, 0, 0, 0xC0, 0x3F);
        assertThat(lines())
                .contains("actions.npy row 27: expected actions between -1.0 and 1.0, found 1.5");
    }

    @Test
    void anEndInTheMiddleOfAnEpisodeIsFound() throws IOException {
        poke("terminated.npy", HEADER + 5, 1);
        assertThat(lines())
                .contains(
                        "terminated.npy row 5: expected 0 before the last step of an episode,"
                                + " found 1");
    }

    @Test
    void anEpisodeWithoutAnEndIsFound() throws IOException {
        poke("truncated.npy", HEADER + 24, 0);
        assertThat(lines())
                .anyMatch(
                        line ->
                                line.startsWith("terminated.npy row 24: expected the last step")
                                        && line.endsWith("found neither"));
    }

    @Test
    void aBorderThatMovedIsFound() throws IOException {
        poke("episode_offsets.npy", HEADER + 8, 27);
        assertThat(lines())
                .anyMatch(
                        line -> line.startsWith("episode_offsets.npy row 0: expected episodes of"))
                .anyMatch(line -> line.startsWith("rewards.npy: expected mean return"));
    }

    @Test
    void aNumberInTheFinalRowIsFound() throws IOException {
        poke("rewards.npy", HEADER + 25 * 12, 0, 0, 0x80, 0x3F);
        assertThat(lines())
                .contains(
                        "rewards.npy row 25: expected 0 in the row of the final observation, found"
                                + " 1.0");
    }

    @Test
    void aRewardThatChangedShowsInTheReturns() throws IOException {
        poke("rewards.npy", HEADER + 3 * 12, 0, 0, 0x80, 0x42);
        assertThat(lines()).anyMatch(line -> line.startsWith("rewards.npy: expected mean return"));
    }

    @Test
    void anEpisodeStoredTwiceIsFound() {
        Path twice = folder.resolve("twice");
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        try (DatasetWriter writer = DatasetWriter.create(twice, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            Fixtures.fill(episode, task, 0, 0, 25);
            writer.append(episode);
            writer.append(episode);
            writer.finish("random", Fixtures.made());
        }
        assertThat(DatasetVerifier.verify(twice, false).stream().map(Problem::toString))
                .containsExactly(
                        "episode_offsets.npy row 1: expected every episode once, found episode 0"
                                + " again");
        assertThat(DatasetVerifier.verify(twice, true)).isEmpty();
    }

    /** What makes an episode another one: an action, or the observation it ends with. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void episodesThatDifferInOneNumberAreNotTheSame(boolean inAnAction) {
        Path alike = folder.resolve("alike");
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        try (DatasetWriter writer = DatasetWriter.create(alike, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (int index = 0; index < 2; index++) {
                float[] actions = new float[6];
                actions[5] = inAnAction ? index / 2f : 0;
                episode.start(Fixtures.seen(task, 3), 0);
                episode.step(
                        new Actions.Continuous(actions),
                        Fixtures.ended(task, inAnAction ? 4 : 4 + index, 1),
                        0);
                writer.append(episode);
            }
            writer.finish("random", Fixtures.made());
        }
        assertThat(DatasetVerifier.verify(alike, false)).isEmpty();
    }

    @Test
    void aCutOrMissingFileIsAProblemAndNotAFailure() throws IOException {
        Path file = data.resolve("actions.npy");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, 500));
        assertThat(lines())
                .containsExactly(
                        "actions.npy: expected %d bytes for shape [56, 3, 2] of <f4, found 500; the"
                                        .formatted(bytes.length)
                                + " file is cut or damaged");
        Files.delete(file);
        assertThat(lines())
                .containsExactly("actions.npy: expected a file as the card lists it, found none");
    }

    @Test
    void manyProblemsOfOneSortAreCounted() throws IOException {
        for (int row = 0; row < 20; row++) {
            poke("terminated.npy", HEADER + row, 7);
        }
        assertThat(lines())
                .contains("terminated.npy: expected 0 or 1, found 15 more rows like that");
    }

    private List<String> lines() {
        return DatasetVerifier.verify(data, false).stream().map(Problem::toString).toList();
    }

    private void poke(String file, int offset, int... bytes) throws IOException {
        try (RandomAccessFile target = new RandomAccessFile(data.resolve(file).toFile(), "rw")) {
            target.seek(offset);
            for (int value : bytes) {
                target.write(value);
            }
        }
    }
}
