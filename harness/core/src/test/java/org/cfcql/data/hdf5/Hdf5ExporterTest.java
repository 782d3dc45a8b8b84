package org.cfcql.data.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cfcql.data.CardFile;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DiscreteEpisodes;
import org.cfcql.data.DiscreteEpisodes.End;
import org.cfcql.data.Fixtures;
import org.cfcql.data.TaskCard;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.bridge.RealBridges;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Hdf5ExporterTest {
    private static final int LIMIT = DiscreteEpisodes.LIMIT;

    /** Prints what h5py finds in a file: types, shapes and sums of the arrays. */
    private static final String READ_WITH_H5PY =
            """
            import json, sys
            import h5py
            with h5py.File(sys.argv[1], "r") as file:
                print(json.dumps({
                    key: {
                        "dtype": str(array.dtype),
                        "shape": list(array.shape),
                        "sum": float(array[...].sum()),
                        "fill": float(array.fillvalue),
                    }
                    for key, array in file.items()
                } | {"filled_slots": file["filled"][..., 0].sum(axis=1).tolist(),
                     "terminated_slots": file["terminated"][..., 0].tolist(),
                     "obs_of_second": file["obs"][1, 1].tolist(),
                     "attribute": bytes(file.attrs["cfcql"]).decode()}))
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"TERMINAL, false", "TERMINAL, true", "TRUNCATION, false", "BOOTSTRAP, true"})
    void importingWhatWasExportedGivesTheSameDataSet(TimeoutKind timeoutKind, boolean derived) {
        TaskCard task = DiscreteEpisodes.task(timeoutKind, derived);
        // One is won in the very last step, which the published layout cannot tell from a cut.
        DatasetCard card =
                DiscreteEpisodes.write(
                        folder.resolve("data"),
                        task,
                        End.cut(LIMIT),
                        End.won(3),
                        End.won(LIMIT),
                        new End(LIMIT, true, true),
                        End.won(1));
        assertSameAfterBothWays(card);
    }

    @Test
    void theActionAfterTheLastStepGoesBothWays() {
        DatasetCard card = PaddedEpisodes.sound().importTo(folder);
        assertSameAfterBothWays(card);
    }

    @Test
    void withoutTheAttributeTheRuleOfTheLimitDecides() {
        TaskCard task = DiscreteEpisodes.task(TimeoutKind.TERMINAL, false);
        DatasetCard card =
                DiscreteEpisodes.write(
                        folder.resolve("data"), task, End.cut(LIMIT), End.won(3), End.cut(LIMIT));
        Path file = folder.resolve("x.h5");
        Hdf5Exporter.export(Dataset.open(folder.resolve("data")), file);
        DatasetCard other =
                new Hdf5Importer(file, Optional.of("smac/test"), Optional.of("other"))
                        .importTo(folder.resolve("again"), List.of(), "0");
        assertThat(other.hash()).isEqualTo(card.hash());
        assertThat(other.kind()).isEqualTo("other");
        assertThat(other.task().environment()).isEqualTo("smac/test");
        assertThat(other.task().fingerprint()).isEmpty();
    }

    @Test
    void h5pyFindsThePublishedTypesAndThePaddedNumbers() throws Exception {
        TaskCard task = DiscreteEpisodes.task(TimeoutKind.TERMINAL, false);
        DiscreteEpisodes.write(folder.resolve("data"), task, End.cut(LIMIT), End.won(3));
        Path file = folder.resolve("x.h5");
        Hdf5Exporter.export(Dataset.open(folder.resolve("data")), file);
        JsonNode found = h5py(file);
        assertArray(found, "state", "float32", "[2,7,5]", -5 * 55.0);
        assertArray(found, "obs", "float32", "[2,7,2,3]", 6 * 55 + 11 * 15 / 8.0);
        assertArray(found, "actions", "int64", "[2,7,2,1]", 25);
        assertArray(found, "avail_actions", "int32", "[2,7,2,4]", 11 * 2 * 3);
        assertArray(found, "probs", "float32", "[2,7,2,4]", 0);
        assertArray(found, "reward", "float32", "[2,7,1]", 15 + 24 + 9 * 0.5);
        assertArray(found, "terminated", "uint8", "[2,7,1]", 2);
        assertArray(found, "filled", "int64", "[2,7,1]", 11);
        assertThat(found.path("filled_slots").toString()).isEqualTo("[7,4]");
        assertThat(found.path("terminated_slots").toString())
                .isEqualTo("[[0,0,0,0,0,1,0],[0,0,1,0,0,0,0]]");
        assertThat(found.path("obs_of_second").toString())
                .isEqualTo("[[8.0,8.125,8.25],[8.375,8.5,8.625]]");
        JsonNode origin = new ObjectMapper().readTree(found.path("attribute").asText());
        assertThat(origin.at("/task/ingredients/engine").asText()).isEqualTo("ä");
    }

    @Test
    void episodesThatStopWithoutAnEndAreRefused() {
        TaskCard task = DiscreteEpisodes.task(TimeoutKind.TRUNCATION, false);
        DiscreteEpisodes.write(folder.resolve("data"), task, End.won(2), End.cut(4));
        assertRefused(
                "expected episodes that end or have the full 6 steps, found episode 1 of 4 steps");
    }

    @Test
    void continuousActionsAreRefused() {
        Fixtures.write(folder.resolve("data"), 25);
        assertRefused("found continuous ones; say --format omar");
    }

    @Test
    void aFileThatExistsIsKept() throws IOException {
        DiscreteEpisodes.write(
                folder.resolve("data"),
                DiscreteEpisodes.task(TimeoutKind.TERMINAL, false),
                End.won(2));
        Path file = Files.writeString(folder.resolve("x.h5"), "mine");
        assertThatThrownBy(() -> Hdf5Exporter.export(Dataset.open(folder.resolve("data")), file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected a new file to write to, found one");
        assertThat(file).hasContent("mine");
    }

    @Test
    void anAttributeThatDoesNotFitTheArraysIsRefused() {
        Path file =
                PaddedEpisodes.sound()
                        .write(folder.resolve("x.h5"), Hdf5Origin.ATTRIBUTE, "{\"schema\":1}");
        assertThatThrownBy(() -> importAgain(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected the attribute 'cfcql'");
        TaskCard task = DiscreteEpisodes.task(TimeoutKind.TERMINAL, false);
        DiscreteEpisodes.write(
                folder.resolve("data"), task, End.won(6), End.won(3), End.won(2), End.won(6));
        String other = CardFile.text(Hdf5Origin.of(Dataset.open(folder.resolve("data"))));
        PaddedEpisodes spoilt = PaddedEpisodes.sound();
        spoilt.set(Hdf5Field.TERMINATED, 0, 5, 0, 0);
        Path swapped = spoilt.write(folder.resolve("y.h5"), Hdf5Origin.ATTRIBUTE, other);
        assertThatThrownBy(() -> importAgain(swapped))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("remove the attribute if the file was changed");
    }

    private void assertSameAfterBothWays(DatasetCard card) {
        Path file = folder.resolve("x.h5");
        Hdf5Exporter.export(Dataset.open(folder.resolve("data")), file);
        DatasetCard again = importAgain(file);
        assertThat(again.hash()).isEqualTo(card.hash());
        assertThat(again.task()).isEqualTo(card.task());
        assertThat(again.kind()).isEqualTo(card.kind());
        assertThat(again.returns()).isEqualTo(card.returns());
    }

    private DatasetCard importAgain(Path file) {
        return new Hdf5Importer(file, Optional.empty(), Optional.empty())
                .importTo(folder.resolve("again"), List.of(), "0");
    }

    private void assertRefused(String message) {
        Path file = folder.resolve("x.h5");
        assertThatThrownBy(() -> Hdf5Exporter.export(Dataset.open(folder.resolve("data")), file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("x.h5"));
    }

    private static void assertArray(
            JsonNode found, String key, String dtype, String shape, double sum) {
        assertThat(found.at("/" + key + "/dtype").asText()).as(key).isEqualTo(dtype);
        assertThat(found.at("/" + key + "/shape").toString()).as(key).isEqualTo(shape);
        assertThat(found.at("/" + key + "/sum").asDouble()).as(key).isEqualTo(sum);
        assertThat(found.at("/" + key + "/fill").asDouble(-1)).as(key).isZero();
    }

    private static JsonNode h5py(Path file) throws IOException, InterruptedException {
        Path python = RealBridges.open().python("test");
        assertThat(python).as("h5py of test.txt is needed; run: make test").isExecutable();
        Process process =
                new ProcessBuilder(python.toString(), "-c", READ_WITH_H5PY, file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        // All of it: the parser closes what it reads from at the last brace, before the newline.
        byte[] printed = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return new ObjectMapper().readTree(printed);
    }
}
