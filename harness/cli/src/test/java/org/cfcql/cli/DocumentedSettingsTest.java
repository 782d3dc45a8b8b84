package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
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
 * The pages of the algorithms name the keys that the code reads, and no others, with the defaults
 * that hold for cooperative navigation and for 2s3z on the equal track. What steers online play is
 * read by the harness and is left out, and so is the page of MATD3, whose keys are CFCQL's.
 */
final class DocumentedSettingsTest {
    private static final Path DOCS = Path.of("../../docs/algorithms");
    private static final Pattern KEY = Pattern.compile("`([^`]+)`");
    private static final Pattern WORD = Pattern.compile("^`([^`]+)`");
    private static final Pattern NUMBER =
            Pattern.compile("^([-−]?\\d[\\d\\h]*(?:\\.\\d+)?(?:e-?\\d+)?)");
    private static final int DEFAULT_CELL = 3;

    /** Where a default depends on task, track or another key, the cell begins so. */
    private static final Pattern PROSE =
            Pattern.compile("^(published|of the |by |that of |must be set|none|–|`[^`]+`:)");

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

    @ParameterizedTest
    @MethodSource("algorithms")
    void everyDocumentedDefaultIsTheCodes(String id, Branch branch) throws IOException {
        TaskShape task = branch == Branch.DISCRETE ? DISCRETE : CONTINUOUS;
        Map<String, Object> inForce = resolved(Algorithms.find(id), task, Track.EQUAL);
        Map<String, String> stated = defaults(DOCS.resolve(id + ".md"), branch);
        SortedMap<String, String> wrong = new TreeMap<>();
        int compared = 0;
        for (Map.Entry<String, String> entry : stated.entrySet()) {
            if (PROSE.matcher(entry.getValue()).find() || !inForce.containsKey(entry.getKey())) {
                continue;
            }
            compared++;
            Object found = inForce.get(entry.getKey());
            if (!same(entry.getValue(), found)) {
                wrong.put(entry.getKey(), "page " + entry.getValue() + ", code " + found);
            }
        }
        assertThat(wrong).as("defaults in docs/algorithms/%s.md, %s branch", id, branch).isEmpty();
        assertThat(compared).as("defaults that are values").isPositive();
    }

    /** Whether a cell that begins with a number or a word in code font begins with this value. */
    private static boolean same(String stated, Object found) {
        Matcher word = WORD.matcher(stated);
        if (word.find()) {
            return word.group(1).equals(String.valueOf(found));
        }
        Matcher number = NUMBER.matcher(stated);
        return number.find()
                && found instanceof Number value
                && Double.parseDouble(number.group(1).replaceAll("\\h", "").replace('−', '-'))
                        == value.doubleValue();
    }

    /** Keys that the algorithm reads when nothing is set. */
    private static SortedSet<String> read(Algorithm algorithm, TaskShape task) {
        return new TreeSet<>(resolved(algorithm, task, Track.PAPER).keySet());
    }

    private static Map<String, Object> resolved(Algorithm algorithm, TaskShape task, Track track) {
        Settings settings =
                new Settings(algorithm.id(), NECESSARY.getOrDefault(algorithm.id(), Map.of()));
        algorithm.configure(task, settings, track);
        return settings.resolved();
    }

    private static SortedSet<String> documented(Path page, Branch branch) throws IOException {
        return new TreeSet<>(defaults(page, branch).keySet());
    }

    /** Keys and what the table says of their defaults: several of one row share its cell. */
    private static SortedMap<String, String> defaults(Path page, Branch branch) throws IOException {
        SortedMap<String, String> defaults = new TreeMap<>();
        for (String row : table(page, branch)) {
            String[] cells = row.split("(?<!\\\\)\\|");
            List<String> keys = new ArrayList<>();
            Matcher matcher = KEY.matcher(cells[1]);
            while (matcher.find()) {
                keys.add(matcher.group(1));
            }
            String[] values = cells[DEFAULT_CELL].strip().split(", ");
            for (int index = 0; index < keys.size(); index++) {
                String value =
                        keys.size() == values.length ? values[index] : cells[DEFAULT_CELL].strip();
                defaults.put(keys.get(index), value);
            }
        }
        defaults.keySet().removeIf(key -> key.startsWith("online."));
        return defaults;
    }

    /** The table of a branch's own section, or of the only one there is. */
    private static List<String> table(Path page, Branch branch) throws IOException {
        String text = Files.readString(page);
        String own = "\n## Settings, " + branch.name().toLowerCase(Locale.ROOT) + " branch";
        String heading = text.contains(own) ? own : "\n## Settings\n";
        assertThat(text).as("%s, %s branch", page, branch).contains(heading);
        List<String> rows =
                text.substring(text.indexOf(heading))
                        .lines()
                        .dropWhile(line -> !line.startsWith("| key |"))
                        .takeWhile(line -> line.startsWith("|"))
                        .toList();
        assertThat(rows.get(0)).as("%s, %s branch", page, branch).contains("| values | default |");
        return rows.subList(2, rows.size());
    }
}
