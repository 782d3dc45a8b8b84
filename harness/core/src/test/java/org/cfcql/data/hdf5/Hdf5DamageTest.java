package org.cfcql.data.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cfcql.data.DatasetCard;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are refused: in one line, with nothing left behind. */
class Hdf5DamageTest {
    @TempDir Path folder;

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("data"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "OBS; 1; 2; 4; NaN; expected finite numbers in 'obs' of episode 1 slot 2, found"
                        + " NaN",
                "STATE; 0; 6; 0; Infinity; expected finite numbers in 'state' of episode 0 slot 6",
                "REWARD; 3; 0; 0; NaN; expected finite numbers in 'reward' of episode 3 slot 0",
                "REWARD; 1; 3; 0; 2; expected 0 after the last step in 'reward' of episode 1 slot"
                        + " 3",
                "ACTIONS; 2; 0; 1; 4; expected numbers from 0 to 3 in 'actions' of episode 2 slot"
                        + " 0",
                "ACTIONS; 2; 0; 1; 0.5; expected numbers from 0 to 3",
                "ACTIONS; 2; 1; 1; -1; expected numbers from 0 to 3 in 'actions' of episode 2",
                "ACTIONS; 1; 1; 0; 2; found action 2 of agent 0, which 'avail_actions' forbids",
                "AVAIL_ACTIONS; 0; 1; 5; 2; expected 0 or 1 in 'avail_actions' of episode 0 slot 1",
                "FILLED; 0; 3; 0; 0; expected 'filled' of episode 0 to be 1 without a gap",
                "FILLED; 2; 1; 0; 0; expected two filled slots or more in episode 2",
                "FILLED; 1; 2; 0; 7; expected 0 or 1 in 'filled' of episode 1 slot 2, found 7.0",
                "TERMINATED; 1; 2; 0; 0; expected episode 1, which fills 4 of 7 slots, to be"
                        + " termin",
                "TERMINATED; 3; 2; 0; 1; expected 'terminated' of episode 3 in slot 5",
                "TERMINATED; 1; 3; 0; 1; found it in slot 3"
            })
    void aWrongNumberIsNamedWithItsPlace(
            Hdf5Field field, int episode, int slot, int index, double value, String message) {
        PaddedEpisodes padded = PaddedEpisodes.sound();
        padded.set(field, episode, slot, index, value);
        assertRefused(padded.write(folder.resolve("bad.h5")), message);
    }

    @ParameterizedTest
    @EnumSource(
            value = Hdf5Field.class,
            names = {"PROBS"},
            mode = EnumSource.Mode.EXCLUDE)
    void aMissingArrayIsNamed(Hdf5Field field) {
        PaddedEpisodes padded = PaddedEpisodes.sound();
        padded.remove(field);
        assertRefused(
                padded.write(folder.resolve("bad.h5")),
                "expected the array '" + field.key() + "', found only");
    }

    @Test
    void anArrayOfAnotherShapeIsNamed() {
        PaddedEpisodes padded = PaddedEpisodes.sound();
        padded.reshape(Hdf5Field.REWARD, 4, 6, 1);
        assertRefused(
                padded.write(folder.resolve("one.h5")),
                "expected 'reward' of shape [4, 7, 1] as those of the other arrays say, found [4,"
                        + " 6, 1]");
        padded.reshape(Hdf5Field.OBS, 4, 7, 6);
        assertRefused(
                padded.write(folder.resolve("two.h5")),
                "expected 'obs' of shape [episode, slot, agent, observation], found [4, 7, 6]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.999, 0.7, 0.3, 0.02})
    void aCutFileIsRefused(double part) throws IOException {
        byte[] bytes = Files.readAllBytes(Hdf5ImporterTest.sample("2s_vs_1sc_medium.h5"));
        Path cut = folder.resolve("cut.h5");
        Files.write(cut, Arrays.copyOf(bytes, (int) (bytes.length * part)));
        assertRefused(cut, "the file is cut, copy it again");
    }

    @Test
    void bytesThatWereOverwrittenAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(Hdf5ImporterTest.sample("compressed.h5"));
        for (int start = 100; start < bytes.length - 600; start += 2000) {
            byte[] damaged = bytes.clone();
            Arrays.fill(damaged, start, start + 600, (byte) 0xA5);
            Path file = Files.write(folder.resolve("damaged.h5"), damaged);
            // What is hit may not matter to the import; if it does, it says so in its own words.
            try {
                run(file, "ok-" + start);
            } catch (UserError refused) {
                assertThat(refused.getMessage()).contains("damaged.h5: expected");
            }
        }
    }

    @Test
    void aNumberThatWasOverwrittenUnderAChecksumIsRefusedWithArrayAndChunk() {
        Path file = Hdf5ImporterTest.sample("checksums-damaged.h5");
        assertRefused(
                file, "expected 'obs' as it was written, found in the chunk of episodes 2 to 3");
        assertRefused(file, "the checksum ");
        assertRefused(file, "copy it again");
    }

    @ParameterizedTest
    @CsvSource({
        "external-link.h5, 'obs' in this file; found a link to another one (3s_vs_3z.h5:/obs)",
        "broken-link.h5, 'obs' to be an array; found a link to /nowhere that leads nowhere",
        "link-to-itself.h5, 'obs' to be an array; found a link to /obs that leads nowhere"
    })
    void aLinkThatLeadsToNoArrayOfTheFileIsRefused(String name, String message) {
        for (String part : message.split("; ")) {
            assertRefused(Hdf5ImporterTest.sample(name), part);
        }
    }

    @Test
    void theChecksumIsThatOfTheLibrary() {
        // H5_checksum_fletcher32 of HDF5, worked out by hand: words 0102, 0304, 0500.
        byte[] bytes = {1, 2, 3, 4, 5};
        int first = 0x0102 + 0x0304 + 0x0500;
        int second = 3 * 0x0102 + 2 * 0x0304 + 0x0500;
        assertThat(Hdf5Checksum.fletcher(bytes, 5)).isEqualTo(second << 16 | first);
        byte[] full = new byte[4000];
        Arrays.fill(full, (byte) 0xFF);
        assertThat(Hdf5Checksum.fletcher(full, 4000)).as("modulo 65535").isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not HDF5 at all, but a text that is long enough for a header"})
    void anotherKindOfFileIsRefused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("text.h5"), text);
        assertRefused(file, "expected an HDF5 file, found another kind of file or a damaged one");
    }

    @Test
    void aMissingFileOrAFolderIsRefused() {
        assertRefused(folder.resolve("nowhere.h5"), "expected an HDF5 file, found no such file");
        assertRefused(folder, "expected an HDF5 file, found a folder");
    }

    @Test
    void aNameThatTellsNothingNeedsOptions() {
        Path file = PaddedEpisodes.sound().write(folder.resolve("mine.h5"));
        assertThatThrownBy(
                        () ->
                                new Hdf5Importer(file, Optional.empty(), Optional.of("expert"))
                                        .importTo(folder.resolve("data"), List.of(), "0"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("say --environment and --kind");
    }

    @Test
    void anotherNumberOfAgentsThanTheTaskHasIsRefused() {
        Path file = PaddedEpisodes.sound().write(folder.resolve("mine.h5"));
        assertThatThrownBy(
                        () ->
                                new Hdf5Importer(
                                                file,
                                                Optional.of("equal_line/5"),
                                                Optional.of("expert"))
                                        .importTo(folder.resolve("data"), List.of(), "0"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected 5 agents as in equal_line/5, found 2");
    }

    private void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> run(file, "data"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message)
                .hasMessageStartingWith(file.toString())
                .message()
                .doesNotContain("\n");
    }

    private DatasetCard run(Path file, String target) {
        return new Hdf5Importer(file, Optional.of("smax/test"), Optional.of("medium"))
                .importTo(folder.resolve(target), List.of("test"), "0");
    }
}
