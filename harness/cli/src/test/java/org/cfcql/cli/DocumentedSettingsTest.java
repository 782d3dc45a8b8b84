package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cfcql.env.ActionSpace;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The pages of the algorithms name the keys that the code reads, and no others. What steers online
 * play is read by the harness and is left out, and so is the page of MATD3, whose keys are CFCQL's.
 */
final class DocumentedSettingsTest {
    private static final Path DOCS = Path.of("../../docs/algorithms");
    private static final Pattern KEY = Pattern.compile("`([^`]+)`");
    private static final TaskShape CONTINUOUS =
            new TaskShape(
                    "mpe/simple_spread", "random", 3, 18, 54, new ActionSpace.Box(2, -1, 1), 25);
    private static final TaskShape DISCRETE =
            new TaskShape("smac/2s3z", "medium", 5, 80, 120, new ActionSpace.Discrete(11), 120);

    /** Settings without a default. */
    private static final Map<String, Map<String, Object>> NECESSARY =
            Map.of("macql", Map.of("alpha", 5));

    static Stream<Arguments> algorithms() {
        return Algorithms.all().stream()
                .filter(algorithm -> !algorithm.id().equals("matd3"))
                .flatMap(
                        algorithm ->
                                algorithm.capabilities().branches().stream()
                                        .sorted()
                                        .map(branch -> Arguments.of(algorithm.id(), branch)));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void everyKeyIsDocumentedAndEveryDocumentedKeyExists(String id, Branch branch)
            throws IOException {
        assertThat(documented(DOCS.resolve(id + ".md"), branch))
                .as("keys in the settings table of docs/algorithms/%s.md, %s branch", id, branch)
                .containsExactlyElementsOf(
                        read(
                                Algorithms.find(id),
                                branch == Branch.DISCRETE ? DISCRETE : CONTINUOUS));
    }

    /** Keys that the algorithm reads when nothing is set. */
    private static SortedSet<String> read(Algorithm algorithm, TaskShape task) {
        Settings settings =
                new Settings(algorithm.id(), NECESSARY.getOrDefault(algorithm.id(), Map.of()));
        algorithm.configure(task, settings, Track.PAPER);
        return new TreeSet<>(settings.resolved().keySet());
    }

    /** The table of a branch's own section, or of the only one there is. */
    private static SortedSet<String> documented(Path page, Branch branch) throws IOException {
        String text = Files.readString(page);
        SortedSet<String> keys = new TreeSet<>();
        String own = "\n## Settings, " + branch.name().toLowerCase(Locale.ROOT) + " branch";
        String heading = text.contains(own) ? own : "\n## Settings\n";
        assertThat(text).as("%s, %s branch", page, branch).contains(heading);
        text.substring(text.indexOf(heading))
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
        keys.removeIf(key -> key.startsWith("online."));
        return keys;
    }
}
