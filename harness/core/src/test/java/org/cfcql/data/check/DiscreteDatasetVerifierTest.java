package org.cfcql.data.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.DiscreteEpisodes;
import org.cfcql.data.DiscreteEpisodes.End;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Fixtures;
import org.cfcql.data.TaskCard;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscreteDatasetVerifierTest {
    private static final int HEADER = 128;
    private static final int MASK_ROW = DiscreteEpisodes.AGENTS * DiscreteEpisodes.ACTIONS;

    @TempDir Path folder;
    private Path data;

    /** Rows 0 to 6 are the first episode, 7 to 10 the second. */
    @BeforeEach
    void twoSoundEpisodes() {
        data = folder.resolve("data");
        DiscreteEpisodes.write(
                data,
                DiscreteEpisodes.task(TimeoutKind.TERMINAL, false),
                End.cut(DiscreteEpisodes.LIMIT),
                End.won(3));
        assertThat(lines()).isEmpty();
    }

    @Test
    void aChosenActionThatWasNotAvailableIsFound() throws IOException {
        // agent 1 chose action 3 in step 2
        poke("available_actions.npy", HEADER + 2 * MASK_ROW + 4 + 3, 0);
        assertThat(lines())
                .contains(
                        "actions.npy row 2: expected available actions, found action 3 of agent 1");
    }

    @Test
    void theActionAfterTheLastStepNeedNotBeAvailable() throws IOException {
        poke("available_actions.npy", HEADER + 6 * MASK_ROW, 0, 0, 0, 1);
        assertThat(lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("available_actions.npy: expected SHA-256"));
    }

    @Test
    void anActionThatDoesNotExistIsFound() throws IOException {
        poke("actions.npy", HEADER + 8 * 8, 4);
        assertThat(lines())
                .contains("actions.npy row 8: expected actions between 0.0 and 3.0, found 4.0");
    }

    @Test
    void aMaskOfSomethingElseThanBitsIsFound() throws IOException {
        poke("available_actions.npy", HEADER + MASK_ROW, 3);
        assertThat(lines())
                .contains(
                        "available_actions.npy row 1: expected 0 or 1, found 3 for action 0 of"
                                + " agent 0");
    }

    @Test
    void anAgentWithNothingToChooseFromIsFound() throws IOException {
        poke("available_actions.npy", HEADER + 9 * MASK_ROW + 4, 0, 0, 0, 0);
        assertThat(lines())
                .contains(
                        "available_actions.npy row 9: expected an available action for every"
                                + " agent, found none for agent 1");
    }

    @Test
    void endsAtTheWrongPlaceAreFound() throws IOException {
        poke("terminated.npy", HEADER + 9, 0);
        poke("terminated.npy", HEADER + 8, 1);
        poke("truncated.npy", HEADER + 6, 1);
        assertThat(lines())
                .contains(
                        "terminated.npy row 8: expected 0 before the last step of an episode,"
                                + " found 1",
                        "terminated.npy row 9: expected the last step of an episode to be"
                                + " terminated or truncated, found neither")
                .anyMatch(line -> line.startsWith("truncated.npy row 6: expected 0"));
    }

    @Test
    void notANumberInTheStateIsFound() throws IOException {
        poke("state.npy", HEADER + 4 * 20, 0, 0, 0xC0, 0x7F);
        assertThat(lines()).contains("state.npy row 4: expected finite numbers, found NaN");
    }

    @Test
    void aRewardAfterTheLastStepIsFound() throws IOException {
        poke("rewards.npy", HEADER + 10 * 4, 0, 0, 0x80, 0x3F);
        assertThat(lines())
                .contains(
                        "rewards.npy row 10: expected 0 in the row of the final observation, found"
                                + " 1.0");
    }

    @Test
    void anArrayOfAnotherShapeIsFound() throws IOException {
        Files.write(
                data.resolve("available_actions.npy"),
                Files.readAllBytes(data.resolve("actions.npy")));
        assertThat(lines())
                .hasSize(1)
                .allMatch(
                        line -> line.startsWith("available_actions.npy: expected |u1 [11, 2, 4]"));
    }

    @Test
    void anEpisodeStoredTwiceIsFound() throws IOException {
        Path twice = folder.resolve("twice");
        TaskCard task = DiscreteEpisodes.task(TimeoutKind.TERMINAL, false);
        try (DatasetWriter writer = DatasetWriter.create(twice, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            DiscreteEpisodes.fill(episode, task, 0, End.won(2));
            writer.append(episode);
            writer.append(episode);
            writer.finish("medium", Fixtures.made());
        }
        assertThat(DatasetVerifier.verify(twice, false).stream().map(Problem::toString))
                .containsExactly(
                        "episode_offsets.npy row 1: expected every episode once, found episode 0"
                                + " again");
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
