package org.cfcql.data.omar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.data.check.DatasetInspection;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.data.npy.RawNpy;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OmarImporterTest {
    private static final int LIMIT = 4;

    @TempDir Path folder;

    @Test
    void mixedTypesAndOrdersAreReadAndZeroDonesMeanTruncation() {
        Path source = source("simple_spread/random/seed_0_data", 2, 8, 0);
        Path target = folder.resolve("data");
        DatasetCard card = importer(source, 2).importTo(target, List.of("test"), "0");
        assertThat(card.kind()).isEqualTo("random");
        assertThat(card.episodes()).isEqualTo(2);
        assertThat(card.transitions()).isEqualTo(8);
        assertThat(card.task().timeoutKind()).isEqualTo(TimeoutKind.TRUNCATION);
        assertThat(card.separateNext()).isFalse();
        Dataset data = Dataset.open(target);
        NpyFile observations = data.file(DatasetField.OBSERVATIONS);
        // agent 1, step 6 is row 7; the final row of an episode is the next observation of its end
        assertThat(observations.value(7, 3)).isEqualTo(6 + 0.25);
        assertThat(observations.value(4, 0)).isEqualTo(4);
        assertThat(data.file(DatasetField.ACTIONS).value(7, 0)).isEqualTo(0.5f);
        assertThat(data.file(DatasetField.TRUNCATED).byteAt(3)).isEqualTo((byte) 1);
        assertThat(DatasetVerifier.verify(target, false)).isEmpty();
        Map<String, Object> values = DatasetInspection.of(data);
        assertThat(values)
                .containsEntry("sum_obs_0", 2 * 28.0)
                .containsEntry("sum_acs_1", 8 * 0.5)
                .containsEntry("mean_return", (28 + 8 * 0.5) / 2)
                .containsEntry("done_is_time_limit", false);
    }

    @Test
    void donesAtTheLimitAreTheTimeLimitAndEndTheTaskForLearners() {
        Path source = source("Other-v1/medium/seed_0_data", 2, 8, LIMIT);
        DatasetCard card =
                importer(source, 2).importTo(folder.resolve("data"), List.of("test"), "0");
        assertThat(card.task().timeoutKind()).isEqualTo(TimeoutKind.TERMINAL);
        Dataset data = Dataset.open(folder.resolve("data"));
        assertThat(data.file(DatasetField.TERMINATED).byteAt(3)).isZero();
        assertThat(data.file(DatasetField.TRUNCATED).byteAt(3)).isEqualTo((byte) 1);
        assertThat(DatasetInspection.of(data)).containsEntry("done_is_time_limit", true);
    }

    @Test
    void otherDonesTerminateAndStartANewEpisode() {
        Path source = source("Other-v1/medium/seed_0_data", 2, 8, 3);
        DatasetCard card =
                importer(source, 2).importTo(folder.resolve("data"), List.of("test"), "0");
        Dataset data = Dataset.open(folder.resolve("data"));
        assertThat(card.task().timeoutKind()).isEqualTo(TimeoutKind.TRUNCATION);
        assertThat(List.of(data.length(0), data.length(1), data.length(2)))
                .containsExactly(3, 3, 2);
        assertThat(data.file(DatasetField.TERMINATED).byteAt(2)).isEqualTo((byte) 1);
        assertThat(DatasetInspection.of(data)).containsEntry("done_is_time_limit", false);
    }

    @Test
    void donesEquallyFarApartBeyondTheLimitAreRefusedWithBothNumbersUnlessTheLimitIsSaid() {
        Path source = source("a/random/seed_0_data", 2, 15, 5);
        Path target = folder.resolve("data");
        assertThatThrownBy(() -> importer(source, 2).importTo(target, List.of("test"), "0"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("limit of test/pair-2, which is 4 steps")
                .hasMessageContaining("all 3 of them 5 steps apart; say --episode-limit 5");
        assertThat(Files.exists(target)).isFalse();
        DatasetCard card =
                new OmarImporter(
                                source,
                                Optional.of("test/pair-2"),
                                Optional.empty(),
                                Optional.of(5))
                        .importTo(target, List.of("test"), "0");
        assertThat(card.episodes()).isEqualTo(3);
        assertThat(card.task().episodeLimit()).isEqualTo(5);
    }

    @Test
    void filesOfThePreyAreLeftOut() {
        Path source = source("simple_tag/expert/seed_2_data", 4, 8, 0);
        DatasetCard card =
                new OmarImporter(source, Optional.empty(), Optional.empty(), Optional.of(LIMIT))
                        .importTo(folder.resolve("data"), List.of("test"), "0");
        assertThat(card.task().environment()).isEqualTo("mpe/simple_tag");
        assertThat(card.task().agents()).hasSize(3);
        assertThat(card.kind()).isEqualTo("expert");
    }

    /** An environment that starts anew: what an episode ends with is in no other row. */
    @Test
    void anEpisodeEndsWithItsOwnNextObservation() {
        Path source = source("simple_spread/random/seed_0_data", 2, 8, 0);
        double[][] next = new double[8][2];
        for (int row = 0; row < 8; row++) {
            double value = row % LIMIT == LIMIT - 1 ? 100 + row : row + 1;
            next[row] = new double[] {value, value};
        }
        RawNpy.write(source.resolve("next_obs_0.npy"), "<f4", false, next);
        DatasetCard card =
                importer(source, 2).importTo(folder.resolve("data"), List.of("test"), "0");
        assertThat(card.separateNext()).isFalse();
        NpyFile stored = Dataset.open(folder.resolve("data")).file(DatasetField.OBSERVATIONS);
        assertThat(stored.value(3, 0)).isEqualTo(3);
        assertThat(stored.value(4, 0)).as("final row of the first episode").isEqualTo(103);
        assertThat(stored.value(5, 0)).as("first row of the second").isEqualTo(4);
        assertThat(stored.value(9, 0)).as("final row of the second").isEqualTo(107);
    }

    @Test
    void aNextObservationThatIsNotTheRowAfterIsStoredApart() {
        Path source = source("simple_spread/random/seed_0_data", 2, 8, 0);
        double[][] next = new double[8][2];
        for (int row = 0; row < 8; row++) {
            next[row] = new double[] {100 + row, 200 + row};
        }
        RawNpy.write(source.resolve("next_obs_0.npy"), "<f4", false, next);
        DatasetCard card =
                importer(source, 2).importTo(folder.resolve("data"), List.of("test"), "0");
        assertThat(card.separateNext()).isTrue();
        NpyFile stored = Dataset.open(folder.resolve("data")).file(DatasetField.NEXT_OBSERVATIONS);
        assertThat(stored.value(2, 1)).isEqualTo(202);
        assertThat(stored.value(4, 0)).isZero();
        assertThat(stored.value(8, 0)).isEqualTo(107);
        assertThat(DatasetVerifier.verify(folder.resolve("data"), false)).isEmpty();
    }

    @Test
    void notANumberIsRefusedWithFileAndRowAndLeavesNothing() {
        Path source = source("simple_spread/random/seed_0_data", 2, 8, 0);
        RawNpy.write(
                source.resolve("rews_1.npy"),
                "<f4",
                new double[] {1, 2, 3, 4, 5, Double.NaN, 7, 8});
        assertThatThrownBy(
                        () ->
                                importer(source, 2)
                                        .importTo(folder.resolve("data"), List.of("test"), "0"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("rews_1.npy row 5")
                .hasMessageContaining("NaN");
        assertThat(folder.resolve("data")).doesNotExist();
        assertThat(folder.resolve("data.partial")).doesNotExist();
    }

    @Test
    void filesOfDifferentLengthsAreRefused() {
        Path source = source("simple_spread/random/seed_0_data", 2, 8, 0);
        RawNpy.write(source.resolve("rews_1.npy"), "<f4", new double[] {1, 2});
        assertThatThrownBy(() -> importer(source, 2))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("rews_1.npy: expected 8 rows")
                .hasMessageContaining("found 2 rows");
    }

    @Test
    void anUnknownTaskIsAskedFor() {
        Path source = source("somewhere/random/seed_0_data", 2, 8, 0);
        assertThatThrownBy(
                        () ->
                                new OmarImporter(
                                        source,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found 'somewhere'; say --environment");
        assertThatThrownBy(
                        () ->
                                new OmarImporter(
                                        folder.resolve("none"),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no such folder");
        assertThat(Files.exists(folder.resolve("none"))).isFalse();
    }

    /** An importer for two agents and episodes of four steps, whatever the path says. */
    private static OmarImporter importer(Path source, int agents) {
        return new OmarImporter(
                source, Optional.of("test/pair-" + agents), Optional.empty(), Optional.of(LIMIT));
    }

    /**
     * Observations of step t are (t, t) plus a quarter of the agent, rewards t plus the agent,
     * actions a half; done at every {@code doneEvery}-th step, never for 0.
     */
    private Path source(String path, int agents, int steps, int doneEvery) {
        Path source = folder.resolve("source").resolve(path);
        String[] types = {"<f4", "<f8", ">f4", "<f8"};
        for (int agent = 0; agent < agents; agent++) {
            double[][] observations = new double[steps][];
            double[][] next = new double[steps][];
            double[][] actions = new double[steps][];
            double[] rewards = new double[steps];
            double[] dones = new double[steps];
            for (int step = 0; step < steps; step++) {
                double quarter = agent * 0.25;
                observations[step] = new double[] {step + quarter, step + quarter};
                next[step] = new double[] {step + 1 + quarter, step + 1 + quarter};
                actions[step] = new double[] {0.5};
                rewards[step] = step + agent;
                dones[step] = doneEvery > 0 && (step + 1) % doneEvery == 0 ? 1 : 0;
            }
            boolean fortran = agent % 2 == 1;
            RawNpy.write(file(source, "obs", agent), types[agent], fortran, observations);
            RawNpy.write(file(source, "next_obs", agent), "<f8", fortran, next);
            RawNpy.write(file(source, "acs", agent), "<f8", false, actions);
            RawNpy.write(file(source, "rews", agent), "<f8", rewards);
            RawNpy.write(file(source, "dones", agent), agent == 0 ? "|b1" : "<f4", dones);
        }
        return source;
    }

    private static Path file(Path source, String name, int agent) {
        return source.resolve(name + "_" + agent + ".npy");
    }
}
