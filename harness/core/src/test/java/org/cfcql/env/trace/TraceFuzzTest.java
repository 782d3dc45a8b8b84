package org.cfcql.env.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.cfcql.error.UserError;
import org.cfcql.fuzz.Damage;
import org.cfcql.random.RandomStream;

/** Damaged recorded battles are replayed, with or without a difference, or refused by name. */
class TraceFuzzTest {
    private static Path file;
    private static byte[] sound;

    @BeforeContainer
    static void write() throws IOException {
        file = Files.createTempFile("cfcql-fuzz", ".npz");
        sound = Files.readAllBytes(new RecordedRows().write(file));
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.delete(file);
    }

    @Property
    void damagedArchivesAreReplayedOrRefused(@ForAll long seed) throws IOException {
        replay(Damage.ofBytes(sound, new RandomStream(seed)));
    }

    @Property
    void archivesOfADamagedArrayAreReplayedOrRefused(@ForAll long seed) throws IOException {
        replay(withADamagedMember(new RandomStream(seed)));
    }

    private static void replay(byte[] archive) throws IOException {
        Files.write(file, archive);
        CountingBattle battle = new CountingBattle("0.4.30", 0);
        try {
            TraceFile read = TraceFile.read(file);
            assertThat(new TraceReplay(battle, battle::rawArrays).replay(read).rows()).isPositive();
        } catch (UserError refused) {
            assertThat(refused.getMessage()).contains("expected").doesNotContain("\n");
        }
    }

    private static byte[] withADamagedMember(RandomStream random) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        int damaged = random.nextInt(19);
        try (ZipInputStream from = new ZipInputStream(new ByteArrayInputStream(sound));
                ZipOutputStream to = new ZipOutputStream(archive)) {
            for (ZipEntry each = from.getNextEntry(); each != null; each = from.getNextEntry()) {
                to.putNextEntry(new ZipEntry(each.getName()));
                byte[] member = from.readAllBytes();
                to.write(damaged-- == 0 ? damaged(member, random) : member);
            }
        }
        return archive.toByteArray();
    }

    /** Bytes anywhere, or a number of the header. */
    private static byte[] damaged(byte[] member, RandomStream random) {
        if (random.nextInt(2) == 0) {
            return Damage.ofBytes(member, random);
        }
        String[] numbers = {"0", "-1", "99999999999", "65536, 65536", "2147483647", "1 1", ""};
        String text = new String(member, StandardCharsets.ISO_8859_1);
        return text.replaceFirst(
                        "\\([0-9, ]*\\)", "(" + numbers[random.nextInt(numbers.length)] + ",)")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
