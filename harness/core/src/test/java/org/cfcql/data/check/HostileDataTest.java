package org.cfcql.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.cfcql.data.Dataset;
import org.cfcql.data.Fixtures;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.data.npy.RawNpy;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cards, headers and arrays that say what is not so. */
class HostileDataTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    @BeforeEach
    void write() {
        Fixtures.write(folder, 25, 3, 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/schema | null | schema null",
                "/schema | \"1\" | schema \"1\"",
                "/schema | 1.0 | schema 1.0",
                "/schema | 99 | update cfcql",
                "/kind | null | 'kind'",
                "/kind | \"\" | empty",
                "/kind | \"a\\u001b[2Jb\" | control characters: a\\u001b[2Jb",
                "/task | null | 'task'",
                "/task/environment | null | 'task.environment'",
                "/task/environment | \"a\\nb\" | control characters",
                "/task/options | null | 'task.options'",
                "/task/agents | null | 'task.agents'",
                "/task/agents | [] | 0 task.agents",
                "/task/agents | [null] | 'task'",
                "/task/observationSize | null | 'task.observationSize'",
                "/task/observationSize | -4 | task.observationSize -4",
                "/task/observationSize | 2000000000 | task.observationSize 2000000000",
                "/task/observationSize | 1e30 | 'task.observationSize'",
                "/task/observationSize | 4.5 | 'task.observationSize'",
                "/task/actionSpace | null | 'task.actionSpace'",
                "/task/actionSpace/type | \"rope\" | 'task.actionSpace'",
                "/task/actionSpace/size | 0 | task.actionSpace.size 0",
                "/task/actionSpace/high | \"Infinity\" | to Infinity",
                "/task/actionSpace/low | 2 | from 2.0",
                "/task/episodeLimit | 0 | task.episodeLimit 0",
                "/task/timeoutKind | \"never\" | 'task.timeoutKind'",
                "/task/paperReduction | null | 'task.paperReduction'",
                "/task/paperReduction | \"max\" | task.paperReduction max",
                "/episodes | null | 'episodes'",
                "/episodes | 0 | 0 episodes",
                "/transitions | -1 | -1 transitions",
                "/rows | 7 | 7 rows",
                "/returns | null | 'returns'",
                "/returns/mean | \"NaN\" | returns of NaN",
                "/fields | null | 'fields'",
                "/fields | {} | fields []",
                "/fields/rewards | null | SHA-256 of rewards.npy",
                "/fields/rewards/sha256 | null | 'fields.rewards.sha256'",
                "/fields/rewards/sha256 | \"zz\" | SHA-256 of rewards.npy",
                "/hash | null | 'hash'",
                "/made | null | 'made'",
                "/made/notes | null | 'made.notes'"
            })
    void aCardThatLiesIsRefusedByTheNameOfItsField(String at, String value, String said)
            throws IOException {
        set(at, value);
        assertThatThrownBy(() -> Dataset.open(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(said)
                .hasMessageNotContaining("org.cfcql")
                .hasMessageNotContaining("java.")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{", "{} {}", "{\"schema\": 1}"})
    void aFileThatIsNoCardIsRefused(String text) throws IOException {
        Files.writeString(folder.resolve("card.json"), text);
        assertThatThrownBy(() -> Dataset.open(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected the card of a data set");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(99999999999999999999,)",
                "(-3,)",
                "(3.5,)",
                "(3",
                "3",
                "(9999999999, 9999999999)",
                "(0x10,)",
                "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,)",
                "(\u0663,)"
            })
    void anImpossibleShapeIsRefused(String shape) throws IOException {
        assertHeaderRefused(shape);
    }

    @Test
    void aHeaderOfSixtyThousandLettersIsRefusedInShortWords() throws IOException {
        assertHeaderRefused("(" + "1,".repeat(30_000) + ")");
        assertHeaderRefused("(" + " ".repeat(60_000) + "x");
    }

    private void assertHeaderRefused(String shape) throws IOException {
        Path file = folder.resolve("rewards.npy");
        Files.write(file, RawNpy.bytes("<f4", "False", shape, 1, 2, 3));
        assertThatThrownBy(() -> NpyFile.open(file))
                .isInstanceOf(UserError.class)
                .satisfies(failure -> assertThat(failure.getMessage().length()).isLessThan(500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"|O", "<c8", "<U7", "V4", "[('a', '<f4')]"})
    void elementsThatAreNoNumbersAreRefused(String descriptor) throws IOException {
        Path file = folder.resolve("rewards.npy");
        Files.write(file, RawNpy.bytes(descriptor, "False", "(3,)", 1, 2, 3));
        assertThatThrownBy(() -> NpyFile.open(file)).isInstanceOf(UserError.class);
    }

    @Test
    void aHashOfZerosOrOfOtherArraysIsRefusedBeforeTraining() throws IOException {
        set("/hash", "\"" + "0".repeat(64) + "\"");
        assertThatThrownBy(() -> new VerifiedContent(Dataset.open(folder)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found " + "0".repeat(64));
    }

    @Test
    void aChangedByteIsFoundAlsoUnderTheOldTimesAndAfterItWasVerified() throws IOException {
        Path rewards = folder.resolve("rewards.npy");
        age();
        new VerifiedContent(Dataset.open(folder));
        FileTime before = Files.getLastModifiedTime(rewards);
        flip(rewards);
        Files.setLastModifiedTime(rewards, before);
        assertThatThrownBy(() -> new VerifiedContent(Dataset.open(folder)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("rewards.npy as its card says");
        flip(rewards);
        VerifiedContent sound = new VerifiedContent(Dataset.open(folder));
        sound.requireUnchanged();
        flip(rewards);
        assertThatThrownBy(sound::requireUnchanged).isInstanceOf(UserError.class);
    }

    @Test
    void notesOnVerifiedDataAreNeverBelievedAgainstTheCard() throws IOException {
        Path notes = folder.resolve(VerifiedContent.NOTES);
        for (String text : new String[] {"null", "{}", "7", "{\"schema\":1,\"files\":null}"}) {
            Files.writeString(notes, text);
            flip(folder.resolve("rewards.npy"));
            assertThatThrownBy(() -> new VerifiedContent(Dataset.open(folder)))
                    .as(text)
                    .isInstanceOf(UserError.class);
            flip(folder.resolve("rewards.npy"));
            new VerifiedContent(Dataset.open(folder));
        }
    }

    /** Times older than what a file system's clock may confuse. */
    private void age() throws IOException {
        for (String name : new String[] {"rewards.npy", "actions.npy"}) {
            Files.setLastModifiedTime(
                    folder.resolve(name), FileTime.fromMillis(1_000_000_000_000L));
        }
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }

    private void set(String at, String value) throws IOException {
        Path file = folder.resolve("card.json");
        ObjectNode root = (ObjectNode) JSON.readTree(file.toFile());
        int cut = at.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) root.at(at.substring(0, cut));
        assertThat(parent.has(at.substring(cut + 1))).as(at).isTrue();
        parent.set(at.substring(cut + 1), JSON.readTree(value));
        JSON.writeValue(file.toFile(), root);
    }
}
