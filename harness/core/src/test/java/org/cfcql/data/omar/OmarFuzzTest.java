package org.cfcql.data.omar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.data.npy.RawNpy;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.UserError;
import org.cfcql.fuzz.Damage;
import org.cfcql.random.RandomStream;

/**
 * Damaged folders of OMAR's layout are imported or refused by name, and a refusal leaves nothing.
 */
class OmarFuzzTest {
    private static final int STEPS = 8;
    private static final List<String> SHAPES =
            List.of("(8,)", "(0,)", "(-1,)", "(99999999999,)", "(65536, 65536)", "()", "(4, 2, 1)");
    private static final List<String> TYPES = List.of("<f8", "<i4", "|O", "<U9", ">f4", "<f2");

    private static Path root;
    private static Path source;

    @BeforeContainer
    static void write() throws IOException {
        root = Files.createTempDirectory("cfcql-fuzz");
        source = root.resolve("simple_spread/random/seed_0_data");
        RandomStream random = new RandomStream(7);
        for (int agent = 0; agent < 2; agent++) {
            for (String name : List.of("obs", "next_obs", "acs")) {
                double[][] rows = new double[STEPS][2];
                for (double[] row : rows) {
                    row[0] = random.nextInt(100) / 100.0;
                    row[1] = random.nextInt(100) / 100.0;
                }
                RawNpy.write(source.resolve(name + "_" + agent + ".npy"), "<f4", false, rows);
            }
            RawNpy.write(source.resolve("rews_" + agent + ".npy"), "<f4", new double[STEPS]);
            RawNpy.write(source.resolve("dones_" + agent + ".npy"), "<f4", new double[STEPS]);
        }
    }

    @AfterContainer
    static void remove() throws IOException {
        delete(root);
    }

    @Property
    void aDamagedFolderIsImportedOrRefused(@ForAll long seed) throws IOException {
        RandomStream random = new RandomStream(seed);
        List<Path> files;
        try (Stream<Path> list = Files.list(source)) {
            files = list.sorted().toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] whole = Files.readAllBytes(file);
        Path target = root.resolve("imported");
        delete(target);
        try {
            Files.write(file, damaged(whole, random));
            new OmarImporter(source, Optional.of("test/pair-2"), Optional.empty(), Optional.of(4))
                    .importTo(target, List.of("test"), "0");
            // Other numbers in the same places are data; the verifier says what it thinks of them.
            assertThat(DatasetVerifier.verify(target, false)).doesNotContainNull();
        } catch (UserError refused) {
            assertThat(refused).isNotInstanceOf(HarnessBug.class);
            assertThat(refused.getMessage()).contains("expected").doesNotContain("\n");
            assertThat(target).doesNotExist();
        } finally {
            Files.write(file, whole);
        }
    }

    private static byte[] damaged(byte[] whole, RandomStream random) {
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        return switch (random.nextInt(4)) {
            case 0 ->
                    text.replaceFirst("\\([0-9, ]*\\)", SHAPES.get(random.nextInt(SHAPES.size())))
                            .getBytes(StandardCharsets.ISO_8859_1);
            case 1 ->
                    text.replace("<f4", TYPES.get(random.nextInt(TYPES.size())))
                            .getBytes(StandardCharsets.ISO_8859_1);
            default -> Damage.ofBytes(whole, random);
        };
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
