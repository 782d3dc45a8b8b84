package org.cfcql.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.error.NumericFault;
import org.cfcql.error.UserError;
import org.cfcql.lock.OtherProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
    @TempDir Path folder;

    @Test
    void anEpisodeOfLStepsHasOneRowMore() {
        Path target = folder.resolve("data");
        Fixtures.write(target, 25, 3, 25);
        Dataset data = Dataset.open(target);
        assertThat(data.transitions()).isEqualTo(53);
        assertThat(data.episodes()).isEqualTo(3);
        assertThat(data.card().rows()).isEqualTo(56);
        assertThat(data.firstRow(2)).isEqualTo(30);
        assertThat(data.length(1)).isEqualTo(3);
        assertThat(data.file(DatasetField.OBSERVATIONS).shape()).containsExactly(56, 3, 4);
        assertThat(data.file(DatasetField.STATE)).isNull();
        assertThat(data.file(DatasetField.OBSERVATIONS).value(29, 0)).isEqualTo(29);
        assertThat(data.file(DatasetField.ACTIONS).value(29, 0)).isZero();
        assertThat(data.file(DatasetField.TERMINATED).byteAt(28)).isEqualTo((byte) 1);
        assertThat(data.file(DatasetField.TRUNCATED).byteAt(55)).isZero();
        assertThat(data.file(DatasetField.TRUNCATED).byteAt(54)).isEqualTo((byte) 1);
        assertThat(data.episodeOf(25)).isEqualTo(1);
        assertThat(data.episodeOf(27)).isEqualTo(1);
        assertThat(data.episodeOf(28)).isEqualTo(2);
    }

    @Test
    void returnsAreReducedOverAgentsAndHaveTheSampleDeviation() {
        DatasetCard card = Fixtures.write(folder.resolve("data"), 2, 1);
        // steps 0, 1 | 2, each plus the mean 0.1 of the agents' tenths
        assertThat(card.returns().mean()).isCloseTo(1.65, within());
        assertThat(card.returns().std()).isCloseTo(Math.sqrt(2) * 0.45, within());
    }

    @Test
    void equalContentGivesTheEqualHashAndOtherContentAnother() {
        String hash = Fixtures.write(folder.resolve("a"), 25, 3).hash();
        assertThat(Fixtures.write(folder.resolve("b"), 25, 3).hash()).isEqualTo(hash);
        assertThat(Fixtures.write(folder.resolve("c"), 25, 4).hash()).isNotEqualTo(hash);
    }

    @Test
    void aHashIsOfTheWholeFileHoweverLong() throws Exception {
        byte[] bytes = new byte[(1 << 20) + 3];
        Path file = folder.resolve("long");
        for (int last = 0; last < 2; last++) {
            bytes[bytes.length - 1] = (byte) last;
            Files.write(file, bytes);
            byte[] expected = MessageDigest.getInstance("SHA-256").digest(bytes);
            assertThat(ContentHash.ofFile(file)).isEqualTo(HexFormat.of().formatHex(expected));
        }
    }

    @Test
    void returnsBelowZeroHaveTheirOwnExtremes() {
        ReturnStatistics returns = ReturnStatistics.of(new double[] {-3, -1, -5});
        assertThat(returns.min()).isEqualTo(-5);
        assertThat(returns.max()).isEqualTo(-1);
        assertThat(returns.mean()).isEqualTo(-3);
        assertThat(returns.std()).isEqualTo(2);
    }

    @Test
    void theCardSurvivesWritingAndReading() {
        DatasetCard card =
                Fixtures.write(
                        folder.resolve("data"), Fixtures.task(TimeoutKind.TERMINAL, false), 25, 3);
        assertThat(Dataset.open(folder.resolve("data")).card()).isEqualTo(card);
        assertThat(card.fields()).containsKey(DatasetField.STATE);
    }

    @Test
    void aWriterThatIsNotFinishedLeavesNothing() throws IOException {
        Path target = folder.resolve("data");
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        try (DatasetWriter writer = DatasetWriter.create(target, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            Fixtures.fill(episode, task, 0, 0, 25);
            writer.append(episode);
            assertThat(target).doesNotExist();
        }
        assertThat(Files.list(folder)).isEmpty();
    }

    @Test
    void leftoversOfAKilledWriterAreNeitherValidNorInTheWay() throws IOException {
        Path leftover = Files.createDirectories(folder.resolve("data.partial"));
        Files.write(leftover.resolve("observations.npy"), new byte[1000]);
        assertThatThrownBy(() -> Dataset.open(leftover))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("card.json, found none");
        Fixtures.write(folder.resolve("data"), 25);
        assertThat(leftover).doesNotExist();
        assertThat(Dataset.open(folder.resolve("data")).episodes()).isEqualTo(1);
    }

    @Test
    void aFolderThatAnotherProcessFillsIsLeftAloneUntilThatProcessIsKilled() throws IOException {
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        Path partial = Files.createDirectories(folder.resolve("data.partial"));
        Path theirs = Files.write(partial.resolve("observations.npy"), new byte[1000]);
        try (OtherProcess other = new OtherProcess(partial.resolve(".lock"))) {
            assertThatThrownBy(() -> DatasetWriter.create(folder.resolve("data"), task))
                    .as("beside %s", other)
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("another cfcql process writing to it; wait for it");
            assertThat(theirs).hasSize(1000);
        }
        Fixtures.write(folder.resolve("data"), 25);
        assertThat(folder.resolve("data")).isDirectoryNotContaining("glob:**.lock");
        assertThat(partial).doesNotExist();
    }

    @Test
    void twoWritersOfOneFolderAreRefused() {
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        try (DatasetWriter first = DatasetWriter.create(folder.resolve("data"), task)) {
            assertThatThrownBy(() -> DatasetWriter.create(folder.resolve("data"), task))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("another cfcql process");
            assertThat(first.episodes()).isZero();
        }
    }

    @Test
    void aFolderWithFilesIsNotOverwritten() {
        Fixtures.write(folder.resolve("data"), 25);
        assertThatThrownBy(() -> Fixtures.write(folder.resolve("data"), 25))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected a new or empty folder");
    }

    @Test
    void notANumberIsNeverStored() {
        TaskCard task = Fixtures.task(TimeoutKind.TRUNCATION, true);
        EpisodeBuffer episode = new EpisodeBuffer(task);
        Fixtures.fill(episode, task, 0, 0, 5);
        episode.floats(DatasetField.OBSERVATIONS)[3 * 12] = Float.NaN;
        try (DatasetWriter writer = DatasetWriter.create(folder.resolve("data"), task)) {
            assertThatThrownBy(() -> writer.append(episode))
                    .isInstanceOf(NumericFault.class)
                    .hasMessageContaining("step 3")
                    .hasMessageContaining("NaN");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void dataOfSchemaOneStayReadable() throws URISyntaxException {
        Path stored = Path.of(DatasetTest.class.getResource("/datasets/schema-1").toURI());
        assertThat(DatasetVerifier.verify(stored, false)).isEmpty();
        Dataset data = Dataset.open(stored);
        assertThat(data.card().schema()).isEqualTo(1);
        assertThat(data.card().hash())
                .isEqualTo("27ce385e29b37e8c810a1f8ca16b7b9c30ffdd31237ef70e018325466fa0d93c");
        assertThat(data.length(1)).isEqualTo(2);
    }

    @Test
    void aCardOfANewerVersionIsRefused() throws IOException {
        replaceInCard("\"schema\" : 1", "\"schema\" : 3, \"unknown\" : true");
        assertThatThrownBy(() -> Dataset.open(folder.resolve("data")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found schema 3; update cfcql");
    }

    @Test
    void aDamagedCardIsRefusedInOneLine() throws IOException {
        replaceInCard("\"episodes\" : 1", "\"episodes\" : {");
        assertThatThrownBy(() -> Dataset.open(folder.resolve("data")))
                .isInstanceOf(UserError.class)
                .message()
                .contains("card.json")
                .doesNotContain("\n");
    }

    @Test
    void aCutArrayIsRefused() throws IOException {
        Fixtures.write(folder.resolve("data"), 25);
        Path file = folder.resolve("data/rewards.npy");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> Dataset.open(folder.resolve("data")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("rewards.npy: expected " + bytes.length + " bytes");
    }

    @Test
    void anArrayOfAnotherShapeIsRefused() throws IOException {
        Fixtures.write(folder.resolve("data"), 25);
        Files.copy(
                folder.resolve("data/terminated.npy"),
                folder.resolve("data/rewards.npy"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> Dataset.open(folder.resolve("data")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected <f4 [26, 3]")
                .hasMessageContaining("found |u1 [26]");
    }

    private void replaceInCard(String from, String to) throws IOException {
        Fixtures.write(folder.resolve("data"), 25);
        Path card = folder.resolve("data/card.json");
        String text = Files.readString(card);
        assertThat(text).contains(from);
        Files.writeString(card, text.replaceFirst(from, to.replace("\\", "\\\\")));
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1e-6);
    }
}
