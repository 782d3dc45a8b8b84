package org.cfcql.data.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.data.Cut;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Fixtures;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of data that are there about the ends of their episodes; the limit is 25 steps. */
class ImportedEndsTest {
    private static final int HEADER = 128;
    private static final byte UNKNOWN = Cut.MADE | Cut.SUCCESSOR_UNKNOWN;
    private static final byte ENDED = Cut.MADE | Cut.DATA_ENDED;

    @TempDir Path folder;
    private Path data;
    private TaskCard task;
    private DatasetWriter writer;
    private EpisodeBuffer episode;
    private float seen;

    @BeforeEach
    void begin() {
        data = folder.resolve("data");
        task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        writer = DatasetWriter.create(data, task);
        episode = new EpisodeBuffer(task);
    }

    @Test
    void flagsBeyondTheLimitAreFoundInDataThatAnOlderImporterCutThere() {
        for (int pair = 0; pair < 3; pair++) {
            goOn(25, 0, Cut.MADE);
            goOn(1, 1, (byte) 0);
            seen += 100;
        }
        finish("import");
        assertThat(DatasetVerifier.verify(data, false))
                .extracting(Problem::toString)
                .containsExactly(
                        "episode_offsets.npy: expected another episode after each that the limit of"
                                + " 25 steps cut, found that all 3 go on in the next one, up to 26"
                                + " steps; import the source again with --episode-limit 26");
        assertThat(inspected())
                .containsEntry("cut_at_limit", 3)
                .containsEntry("terminated_before_limit", 3)
                .containsEntry("going_on_after_cut", 3);
    }

    @ParameterizedTest
    @CsvSource({
        "import, --episode-limit, TRUNCATION, true",
        "import, --flags-at-limit, TRUNCATION, true",
        "import, --kind, TERMINAL, true",
        "import, --kind, TRUNCATION, false",
        "collect, --seed, TRUNCATION, true"
    })
    void whoSaidTheLimitOrPlayedTheDataIsBelieved(
            String by, String option, TimeoutKind kind, boolean sound) {
        writer.close();
        task = Fixtures.task(kind, true);
        writer = DatasetWriter.create(data, task);
        episode = new EpisodeBuffer(task);
        goOn(25, 0, Cut.MADE);
        goOn(25, 0, Cut.MADE);
        goOn(1, 1, (byte) 0);
        finish(by, option, "25");
        assertThat(DatasetVerifier.verify(data, false).isEmpty()).isEqualTo(sound);
    }

    @Test
    void episodesThatBeginElsewhereAreNoContradiction() {
        for (int pair = 0; pair < 3; pair++) {
            goOn(25, 0, Cut.MADE);
            goOn(1, 1, (byte) 0);
        }
        goOn(25, 0, Cut.MADE);
        seen += 100;
        goOn(3, 1, (byte) 0);
        finish("import");
        assertThat(DatasetVerifier.verify(data, false)).isEmpty();
        assertThat(EpisodeEnds.of(Dataset.open(data)))
                .isEqualTo(new EpisodeEnds(4, 0, 0, 4, 0, 0, 3, 26));
    }

    @Test
    void endsAtTheLimitBesideRealOnesAreCounted() {
        apart(25, 1, (byte) 0);
        apart(11, 1, (byte) 0);
        apart(25, 1, (byte) 0);
        finish("import");
        assertThat(remarks())
                .containsExactly(
                        "ends of episodes: 1 before the limit of 25 steps; at the limit 2 ends of"
                                + " the task and 0 cuts, after which learners bootstrap"
                                + " (--flags-at-limit of an import says otherwise)");
        assertThat(DatasetVerifier.verify(data, false)).isEmpty();
        assertThat(inspected()).containsEntry("terminated_at_limit", 2);
    }

    @Test
    void dataThatWerePlayedHereKnowTheirEnds() {
        apart(25, 1, (byte) 0);
        apart(11, 1, (byte) 0);
        apart(3, 0, Cut.MADE);
        finish("collect");
        assertThat(remarks()).isEmpty();
    }

    @Test
    void aLastEpisodeThatWasCutIsSaidWithItsMarkAndWithout() {
        apart(25, 0, Cut.MADE);
        apart(3, 0, Cut.MADE);
        finish("import");
        assertThat(remarks())
                .containsExactly(
                        "the last episode stops after 3 of 25 steps without an end: its return is"
                                + " part of the mean; import again to have it marked");
    }

    @Test
    void marksOfCutsAreCounted() throws IOException {
        apart(25, 0, Cut.MADE);
        apart(25, 0, Cut.MADE);
        apart(3, 0, Cut.MADE);
        finish("import");
        mark(24, UNKNOWN);
        mark(24 + 26, UNKNOWN);
        mark(2 + 2 * 26, ENDED);
        assertThat(remarks())
                .containsExactly(
                        "2 cut episodes have an unknown successor: nobody bootstraps from it",
                        "1 episodes were cut by the end of the data: left out of mean returns");
        assertThat(inspected())
                .containsEntry("unknown_successors", 2)
                .containsEntry("cut_by_end_of_data", 1)
                .containsEntry("cut_before_limit", 1)
                .containsEntry("agents_without_action", 0L);
    }

    /** As converters write it into the last step. */
    private void mark(int row, byte value) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(data.resolve("truncated.npy").toFile(), "rw")) {
            file.seek(HEADER + row);
            file.write(value);
        }
    }

    private List<String> remarks() {
        return DatasetVerifier.remarks(Dataset.open(data));
    }

    private Map<String, Object> inspected() {
        return DatasetInspection.of(Dataset.open(data));
    }

    /** An episode that begins where nothing ended. */
    private void apart(int length, int terminated, byte truncated) {
        seen += 100;
        goOn(length, terminated, truncated);
    }

    /** An episode that begins with what was seen last. */
    private void goOn(int length, int terminated, byte truncated) {
        episode.start(observations(), 0);
        for (int step = 1; step <= length; step++) {
            boolean last = step == length;
            seen++;
            float[] actions = new float[Fixtures.AGENTS * task.actionSpace().size()];
            Arrays.fill(actions, seen * Fixtures.ACTION_SCALE);
            episode.step(
                    new Actions.Continuous(actions),
                    new StepResult(
                            observations(),
                            new float[] {1, 2, 3},
                            new byte[] {(byte) (last ? terminated : 0)},
                            new byte[] {last ? truncated : 0},
                            Map.of()),
                    0);
        }
        writer.append(episode);
    }

    private Observations observations() {
        return Fixtures.seen(task, (long) seen);
    }

    private void finish(String by, String... options) {
        List<String> command = new ArrayList<>(List.of("cfcql", "data", by));
        command.addAll(List.of(options));
        writer.finish("random", new Provenance(by, "some", 0, "", command, "0", new TreeMap<>()));
        writer.close();
    }
}
