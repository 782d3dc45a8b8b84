package org.cfcql.data.hdf5;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
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
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what {@code tools/make_hdf5_samples.py} wrote with h5py. */
class Hdf5ImporterTest {
    private static final String PUBLISHED = "2s_vs_1sc_medium.h5";
    private static final int EPISODES = 4;

    @TempDir Path folder;

    @Test
    void whatAPublishedFileHoldsArrivesWithoutItsPadding() {
        DatasetCard card = imported(PUBLISHED, Optional.empty());
        assertThat(card.kind()).isEqualTo("medium");
        assertThat(card.task().environment()).isEqualTo("smac/2s_vs_1sc");
        assertThat(card.task().episodeLimit()).isEqualTo(6);
        assertThat(card.task().fingerprint()).isEmpty();
        assertThat(card.episodes()).isEqualTo(EPISODES);
        assertThat(card.transitions()).isEqualTo(16);
        assertThat(card.made().notes())
                .containsEntry(Hdf5Importer.IGNORED, "probs")
                .containsEntry("layout", "cfcql-h5, chunked");
        Dataset data = Dataset.open(folder.resolve("data"));
        assertThat(List.of(data.length(0), data.length(1), data.length(2), data.length(3)))
                .containsExactly(6, 3, 1, 6);
        NpyFile observations = data.file(DatasetField.OBSERVATIONS);
        NpyFile state = data.file(DatasetField.STATE);
        NpyFile rewards = data.file(DatasetField.REWARDS);
        for (int row = 0; row < 20; row++) {
            assertThat(observations.value(row, 4)).as("row %d", row).isEqualTo(row + 0.5);
            assertThat(state.value(row, 2)).as("row %d", row).isEqualTo(-row);
            boolean last = data.isFinalRow(row);
            assertThat(rewards.value(row, 0)).as("row %d", row).isEqualTo(last ? 0 : row + 0.5);
        }
        assertThat(DatasetVerifier.verify(folder.resolve("data"), false)).isEmpty();
    }

    @Test
    void theActionAfterTheLastStepIsKept() {
        imported(PUBLISHED, Optional.empty());
        Dataset data = Dataset.open(folder.resolve("data"));
        NpyFile actions = data.file(DatasetField.ACTIONS);
        // Rows 6, 10 and 12 are the last ones of episodes of 6, 3 and 1 steps.
        assertThat(List.of(actions.value(6, 0), actions.value(10, 1), actions.value(12, 1)))
                .containsExactly(2.0, 0.0, 2.0);
        assertThat(DatasetInspection.of(data)).containsEntry("sum_actions", 58.0);
    }

    @Test
    void anEpisodeOfTheFullLengthIsCutByALimitThatIsTerminal() {
        DatasetCard card = imported(PUBLISHED, Optional.empty());
        assertThat(card.task().timeoutKind()).isEqualTo(TimeoutKind.TERMINAL);
        Dataset data = Dataset.open(folder.resolve("data"));
        assertThat(data.file(DatasetField.TRUNCATED).byteAt(5)).isEqualTo((byte) 1);
        assertThat(data.file(DatasetField.TERMINATED).byteAt(5)).isZero();
        assertThat(data.file(DatasetField.TRUNCATED).byteAt(9)).isZero();
        assertThat(data.file(DatasetField.TERMINATED).byteAt(9)).isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compressed.h5",
                "3s_vs_3z.h5",
                "other_types.h5",
                "checksums.h5",
                "checksums-compressed.h5",
                "soft-links.h5"
            })
    void storageAndElementTypesMakeNoDifference(String file) {
        String hash = imported(PUBLISHED, Optional.empty()).hash();
        DatasetCard other =
                new Hdf5Importer(sample(file), Optional.of("smac/3s_vs_3z"), Optional.of("medium"))
                        .importTo(folder.resolve("other"), List.of("test"), "0");
        assertThat(other.hash()).isEqualTo(hash);
    }

    @Test
    void whatNobodyWroteIsZero() {
        new Hdf5Importer(sample("unwritten.h5"), Optional.of("smax/test"), Optional.of("medium"))
                .importTo(folder.resolve("data"), List.of("test"), "0");
        Dataset data = Dataset.open(folder.resolve("data"));
        assertThat(DatasetInspection.returns(data)).containsExactly(0, 0, 11.5, 0);
        assertThat(DatasetInspection.of(data)).containsEntry("sum_state", 0.0);
    }

    @Test
    void arraysThatIcqAddsAreIgnoredWithANote() {
        DatasetCard card =
                new Hdf5Importer(
                                sample("3s_vs_3z.h5"),
                                Optional.of("smac/3s_vs_3z"),
                                Optional.of("expert"))
                        .importTo(folder.resolve("data"), List.of("test"), "0");
        assertThat(card.kind()).isEqualTo("expert");
        assertThat(card.made().notes())
                .containsEntry(Hdf5Importer.IGNORED, "actions_onehot")
                .containsEntry("layout", "cfcql-h5, contiguous");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1000, 4000})
    void whatIsReadAtOnceMakesNoDifference(long blockBytes) {
        String hash = imported(PUBLISHED, Optional.empty()).hash();
        for (String file : List.of(PUBLISHED, "3s_vs_3z.h5")) {
            Path target = folder.resolve("by-" + file);
            try (Hdf5Source source = Hdf5Source.open(sample(file), blockBytes)) {
                DatasetCard card =
                        new Hdf5Importer(sample(file), Optional.of("smac/x"), Optional.of("random"))
                                .importFrom(source, target, List.of("test"), "0");
                assertThat(card.hash()).as(file).isEqualTo(hash);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "equal_line_2_expert.h5, equal_line/2, expert",
        "2s3z_medium_replay.h5, smac/2s3z, medium-replay",
        "5m_vs_6m_mixed.h5, smac/5m_vs_6m, mixed"
    })
    void publishedNamesTellTaskAndKind(String name, String environment, String kind)
            throws Exception {
        Path copy = Files.copy(sample("compressed.h5"), folder.resolve(name));
        DatasetCard card =
                new Hdf5Importer(copy, Optional.empty(), Optional.empty())
                        .importTo(folder.resolve("data"), List.of("test"), "0");
        assertThat(card.task().environment()).isEqualTo(environment);
        assertThat(card.kind()).isEqualTo(kind);
    }

    @Test
    void episodesThatRunIntoTheLimitLetLearnersGoOn() {
        PaddedEpisodes padded = PaddedEpisodes.sound();
        padded.set(Hdf5Field.TERMINATED, 0, 5, 0, 0);
        DatasetCard card = padded.importTo(folder);
        assertThat(card.task().timeoutKind()).isEqualTo(TimeoutKind.TRUNCATION);
        Dataset data = Dataset.open(folder.resolve("data"));
        assertThat(data.file(DatasetField.TERMINATED).byteAt(5)).isZero();
        assertThat(data.file(DatasetField.TRUNCATED).byteAt(5)).isEqualTo((byte) 1);
        // The other episode of the full length says of itself that it terminated.
        assertThat(data.file(DatasetField.TERMINATED).byteAt(18)).isEqualTo((byte) 1);
        assertThat(data.file(DatasetField.TRUNCATED).byteAt(18)).isZero();
        assertThat(DatasetVerifier.verify(folder.resolve("data"), false)).isEmpty();
    }

    @Test
    void whatPaddingHoldsIsNobodysBusiness() {
        String hash = PaddedEpisodes.sound().importTo(folder.resolve("sound")).hash();
        PaddedEpisodes padded = PaddedEpisodes.sound();
        padded.set(Hdf5Field.OBS, 2, 5, 0, Double.NaN);
        padded.set(Hdf5Field.REWARD, 2, 5, 0, 7);
        assertThat(padded.importTo(folder.resolve("dirty")).hash()).isEqualTo(hash);
    }

    @Test
    void numbersOfAnInspectionAreThoseOfTheFile() {
        imported(PUBLISHED, Optional.empty());
        Map<String, Object> values = DatasetInspection.of(Dataset.open(folder.resolve("data")));
        // Rows 0 to 19 with 6 columns each whose eighths add up to 15 / 8.
        assertThat(values)
                .containsEntry("sum_obs", 6 * 190 + 20 * 15 / 8.0)
                .containsEntry("sum_state", -5 * 190.0)
                .containsEntry("mean_length", 4.0)
                .containsEntry("mean_return", 37.75);
    }

    private DatasetCard imported(String file, Optional<String> environment) {
        return new Hdf5Importer(sample(file), environment, Optional.empty())
                .importTo(folder.resolve("data"), List.of("test"), "0");
    }

    static Path sample(String file) {
        try {
            return Path.of(Hdf5ImporterTest.class.getResource("/hdf5/" + file).toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
