package org.cfcql.data.omar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.Fixtures;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OmarExporterTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"TRUNCATION, true", "TRUNCATION, false", "TERMINAL, false"})
    void importingWhatWasExportedGivesTheSameData(TimeoutKind timeoutKind, boolean derived) {
        Path data = folder.resolve("data");
        String hash = Fixtures.write(data, Fixtures.task(timeoutKind, derived), 25, 25, 25).hash();
        Path exported = folder.resolve("simple_spread/random/seed_0_data");
        OmarExporter.export(Dataset.open(data), exported);
        DatasetCard card =
                new OmarImporter(exported, Optional.empty(), Optional.empty(), Optional.empty())
                        .importTo(folder.resolve("again"), List.of(), "0");
        assertThat(card.hash()).isEqualTo(hash);
        assertThat(card.kind()).isEqualTo("random");
        assertThat(card.task().timeoutKind()).isEqualTo(timeoutKind);
    }

    @Test
    void theFinalObservationIsTheNextOneOfTheLastStep() {
        Path data = folder.resolve("data");
        Fixtures.write(data, 25, 3);
        OmarExporter.export(Dataset.open(data), folder.resolve("out"));
        NpyFile next = NpyFile.open(folder.resolve("out/next_obs_1.npy"));
        assertThat(next.shape()).containsExactly(28, 4);
        assertThat(next.value(24, 0)).isEqualTo(25);
        assertThat(next.value(25, 0)).isEqualTo(27);
        NpyFile dones = NpyFile.open(folder.resolve("out/dones_2.npy"));
        assertThat(dones.shape()).containsExactly(28);
        assertThat(dones.value(24, 0)).isZero();
        assertThat(dones.value(27, 0)).isEqualTo(1);
    }
}
