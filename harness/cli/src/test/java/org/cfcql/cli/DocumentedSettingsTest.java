package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of the offline algorithms name the keys that the code reads, and no others. */
final class DocumentedSettingsTest {
    private static final Path DOCS = Path.of("../../docs/algorithms");
    private static final Pattern KEY = Pattern.compile("`([^`]+)`");
    private static final TaskShape TASK =
            new TaskShape(
                    "mpe/simple_spread", "random", 3, 18, 54, new ActionSpace.Box(2, -1, 1), 25);

    static Stream<String> algorithms() {
        return Algorithms.all().stream()
                .filter(algorithm -> !algorithm.capabilities().online())
                .map(Algorithm::id);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void everyKeyIsDocumentedAndEveryDocumentedKeyExists(String id) throws IOException {
        assertThat(documented(DOCS.resolve(id + ".md")))
                .as("keys in the settings table of docs/algorithms/%s.md", id)
                .containsExactlyElementsOf(read(Algorithms.find(id)));
    }

    /** Keys that the algorithm reads when nothing is set. */
    private static SortedSet<String> read(Algorithm algorithm) {
        Settings settings = new Settings(algorithm.id(), Map.of());
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
        SeedTree seeds = new SeedTree(0);
        algorithm.schedule(TASK, settings, Track.PAPER);
        try (HarnessContext context =
                new HarnessContext(
                        tensors,
                        seeds,
                        new StreamNoise(seeds.child("noise"), tensors),
                        Probe.SILENT,
                        new BudgetLedger(new Budget(Map.of())),
                        false)) {
            algorithm.create(TASK, settings, context).close();
        }
        return new TreeSet<>(settings.resolved().keySet());
    }

    private static SortedSet<String> documented(Path page) throws IOException {
        String text = Files.readString(page);
        SortedSet<String> keys = new TreeSet<>();
        text.substring(text.indexOf("\n## Settings"))
                .lines()
                .dropWhile(line -> !line.startsWith("| key |"))
                .takeWhile(line -> line.startsWith("|"))
                .forEach(
                        line -> {
                            Matcher matcher = KEY.matcher(line.split("\\|")[1]);
                            while (matcher.find()) {
                                keys.add(matcher.group(1));
                            }
                        });
        return keys;
    }
}
