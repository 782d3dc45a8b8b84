package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cfcql.learn.Algorithm;
import org.junit.jupiter.api.Test;

/**
 * Core knows no algorithm by name: what tools must know of one, it says itself. Its id may stand in
 * core in four places only: the package of the paper's own algorithms with its resources; the
 * published tables ({@code paper/}), which name rows and origins by the paper's words; the counts
 * of published data, which name the project that they are of; and the name of a data format. One id
 * is the program's name too: it is looked for as a whole text only.
 */
class CoreNamesNoAlgorithmTest {
    private static final Path MAIN = Path.of("..", "harness", "core", "src", "main");
    private static final String PROGRAM = "cfcql";

    /** Files that write down which program made something, and one that names a data format. */
    private static final Set<String> NAMES_OF_OTHER_THINGS =
            Set.of(
                    "OnlinePlay.java: cfcql",
                    "KeptPolicies.java: cfcql",
                    "ForeignLayout.java: omar");

    /** Resources that name projects, one of which is called as its algorithm. */
    private static final Set<String> NAMES_OF_PROJECTS =
            Set.of("published-counts.csv", "origin.txt");

    private static final Pattern LITERAL = Pattern.compile("\"((?:\\\\.|[^\"\\\\\\n])*)\"");
    private static final Pattern COMMENT =
            Pattern.compile("/\\*.*?\\*/|(?m)^\\s*//[^\\n]*", Pattern.DOTALL);

    @Test
    void noIdStandsAsATextInCore() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(MAIN.resolve("java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (!file.toString().contains("counterfactual")) {
                    found.addAll(offences(file.getFileName().toString(), Files.readString(file)));
                }
            }
        }
        found.removeAll(NAMES_OF_OTHER_THINGS);
        assertThat(found).as("texts of core that name an algorithm").isEmpty();
    }

    @Test
    void noIdStandsInCoresResources() throws IOException {
        Path resources = MAIN.resolve("resources");
        try (Stream<Path> files = Files.walk(resources)) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .filter(
                                            file ->
                                                    !resources
                                                            .relativize(file)
                                                            .startsWith("META-INF"))
                                    .filter(file -> !file.toString().contains("counterfactual"))
                                    .filter(file -> !file.getParent().endsWith("report/paper"))
                                    .filter(file -> !NAMES_OF_PROJECTS.contains(name(file)))
                                    .filter(file -> words().matcher(read(file)).find()))
                    .isEmpty();
        }
    }

    @Test
    void anOffenderIsFound() {
        String source =
                """
                /* "qmix" */
                // "omar"
                boolean penalty = id.equals("icql") || id.equals("icqlike");
                String name = "%s-continuous";
                String key = "macql.samples"; String own = "cfcql"; String help = "run cfcql";
                """
                        .formatted("td3-bc");
        assertThat(offences("Offender.java", source))
                .containsExactly(
                        "Offender.java: icql",
                        "Offender.java: td3-bc-continuous",
                        "Offender.java: macql.samples",
                        "Offender.java: cfcql");
    }

    private static List<String> offences(String name, String source) {
        List<String> found = new ArrayList<>();
        Pattern words = words();
        Matcher literal = LITERAL.matcher(COMMENT.matcher(source).replaceAll(""));
        while (literal.find()) {
            String text = literal.group(1);
            if (text.equals(PROGRAM) || words.matcher(text).find()) {
                found.add(name + ": " + text);
            }
        }
        return found;
    }

    /** An id as a word, with its branch too; the program's name aside. */
    private static Pattern words() {
        String ids =
                ServiceLoader.load(Algorithm.class).stream()
                        .map(provider -> provider.get().id())
                        .filter(id -> !id.equals(PROGRAM))
                        .map(Pattern::quote)
                        .collect(Collectors.joining("|"));
        return Pattern.compile("(?<![\\w-])(?:" + ids + ")(?:-continuous|-discrete)?(?![\\w-])");
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
