package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code formatted} takes no locale; what it may format is what no locale changes once the command
 * line has set the root locale. Fractions and grouped numbers are not.
 */
class NumbersInTextsTest {
    private static final String LITERAL = "\"(?:[^\"\\\\\n]|\\\\.)*+\"";
    private static final Pattern CALL =
            Pattern.compile("((?:" + LITERAL + "\\s*\\+?\\s*)+)\\)?\\s*\\.formatted\\(");
    private static final Pattern BY_LOCALE =
            Pattern.compile("%(?:[-+0 (#]*\\d*(?:\\.\\d+)?[eEfgG]|[-+0 (#\\d]*,)");

    @Test
    void fractionsAreWrittenWithALocale() throws IOException {
        for (Path file : sources()) {
            assertThat(offences(Files.readString(file))).as(file.toString()).isEmpty();
        }
    }

    @Test
    void aFractionWithoutALocaleIsNoticed() {
        assertThat(offences("x = \"by %.1f\" + \" percent\"\n    .formatted(share);")).hasSize(1);
        assertThat(offences("x = (\"%d of \"\n + \"%,d\").formatted(n, all);")).hasSize(1);
        assertThat(offences("x = \"%d of %s, 5 %% fewer\".formatted(n, all);")).isEmpty();
    }

    private static List<String> offences(String source) {
        return CALL.matcher(source)
                .results()
                .map(call -> call.group(1))
                .filter(text -> BY_LOCALE.matcher(text.replace("%%", "")).find())
                .toList();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(CheckoutHome.PATH)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> file.toString().contains("/src/main/java/"))
                            .toList();
            assertThat(sources).hasSizeGreaterThan(300);
            return sources;
        }
    }
}
