package org.cfcql.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.cfcql.error.UserError;
import org.cfcql.fuzz.Damage;
import org.cfcql.random.RandomStream;

/** Damaged golden files are arrays of their shapes, or refused by name. */
class GoldenFuzzTest {
    private static final Path SOURCE =
            Path.of("src/test/resources/golden/cfcql-continuous-mpe-cft.h5");

    private static Path file;
    private static byte[] sound;

    @BeforeContainer
    static void write() throws IOException {
        file = Files.createTempFile("cfcql-fuzz", ".h5");
        sound = Files.readAllBytes(SOURCE);
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.delete(file);
    }

    @Property
    void damagedFilesAreReadOrRefused(@ForAll long seed) throws IOException {
        RandomStream random = new RandomStream(seed);
        byte[] damaged =
                random.nextInt(4) == 0 ? Damage.ofBytes(sound, random) : inStructure(random);
        Files.write(file, damaged);
        try {
            GoldenFile read = GoldenFile.read(file);
            assertThat(read.config().isObject()).isTrue();
            read.arrays()
                    .forEach(
                            (path, array) ->
                                    assertThat(array.values())
                                            .as(path)
                                            .hasSize(
                                                    (int)
                                                            Arrays.stream(array.shape())
                                                                    .reduce(
                                                                            1,
                                                                            Math::multiplyExact)));
        } catch (UserError refused) {
            assertThat(refused.getMessage()).contains("expected").doesNotContain("\n");
        }
    }

    /**
     * Most of the file are numbers; its structure lies where bytes differ from their neighbours.
     */
    private static byte[] inStructure(RandomStream random) {
        byte[] damaged = sound.clone();
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            int at = random.nextInt(damaged.length - Long.BYTES);
            while (!zerosAround(at)) {
                at = random.nextInt(damaged.length - Long.BYTES);
            }
            damaged[at + random.nextInt(Long.BYTES)] = (byte) random.nextInt();
        }
        return damaged;
    }

    private static boolean zerosAround(int at) {
        int zeros = 0;
        for (int index = at; index < at + Long.BYTES; index++) {
            zeros += sound[index] == 0 ? 1 : 0;
        }
        return zeros >= 4 && zeros < Long.BYTES;
    }
}
