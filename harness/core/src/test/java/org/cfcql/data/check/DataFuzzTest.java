package org.cfcql.data.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.cfcql.data.CardFile;
import org.cfcql.data.Dataset;
import org.cfcql.data.Fixtures;
import org.cfcql.error.CfcqlException;
import org.cfcql.error.HarnessBug;
import org.cfcql.fuzz.Damage;
import org.cfcql.random.RandomStream;

/** Damaged data sets are refused, or the damage changed nothing. */
class DataFuzzTest {
    private static Path root;

    @BeforeContainer
    static void write() throws IOException {
        root = Files.createTempDirectory("cfcql-fuzz");
        Fixtures.write(root.resolve("sound"), 25, 3, 7);
    }

    @AfterContainer
    static void remove() throws IOException {
        delete(root);
    }

    @Property
    void aDamagedDataSetIsNeverTakenForTheSoundOne(@ForAll long seed) throws IOException {
        RandomStream random = new RandomStream(seed);
        Path folder = root.resolve("damaged");
        delete(folder);
        copy(root.resolve("sound"), folder);
        Path file = damageOne(folder, random);
        try {
            Dataset dataset = Dataset.open(folder);
            new VerifiedContent(dataset);
            String card = new String(Files.readAllBytes(folder.resolve("card.json")));
            assertThat(dataset.card().hash())
                    .as("hash after damage of %s: %s", file, card)
                    .isEqualTo(CardFile.read(root.resolve("sound")).hash());
        } catch (CfcqlException refused) {
            assertNamed(refused);
        }
        if (Files.exists(folder.resolve("card.json"))) {
            try {
                DatasetVerifier.verify(folder, false);
            } catch (CfcqlException refused) {
                assertNamed(refused);
            }
        }
    }

    private static void assertNamed(CfcqlException refused) {
        assertThat(refused).isNotInstanceOf(HarnessBug.class);
        assertThat(refused.getMessage()).contains("expected").doesNotContain("\n");
    }

    private static Path damageOne(Path folder, RandomStream random) throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.sorted().toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] whole = Files.readAllBytes(file);
        boolean json = file.toString().endsWith(".json");
        Files.write(file, json ? Damage.ofJson(whole, random) : Damage.ofBytes(whole, random));
        return file;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> list = Files.list(from)) {
            for (Path file : list.filter(path -> !path.endsWith(VerifiedContent.NOTES)).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
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
