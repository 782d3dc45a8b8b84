package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every option of every command refuses what it cannot be, whoever adds it. */
class WrongOptionsTest {
    /** An option and a text that its type has no value for. */
    record Wrong(List<String> command, String option, String text) {}

    static Stream<Wrong> wrong() {
        List<Wrong> all = new ArrayList<>();
        collect(Main.commandLine(), List.of(), all);
        return all.stream();
    }

    private static void collect(CommandLine line, List<String> words, List<Wrong> all) {
        CommandSpec spec = line.getCommandSpec();
        for (OptionSpec option : spec.options()) {
            if (option.arity().max() == 0) {
                continue;
            }
            Class<?> type = option.auxiliaryTypes()[0];
            for (String text : impossible(type)) {
                all.add(new Wrong(words, option.longestName(), text));
            }
        }
        line.getSubcommands()
                .forEach(
                        (name, below) -> {
                            List<String> longer = new ArrayList<>(words);
                            longer.add(name);
                            collect(below, longer, all);
                        });
    }

    private static List<String> impossible(Class<?> type) {
        if (type == Path.class) {
            return List.of("", "  ");
        }
        if (type == double.class || type == Double.class) {
            return List.of("", "NaN", "Infinity", "-Infinity", "1e999", "two");
        }
        boolean whole =
                List.of(int.class, long.class, Integer.class, Long.class).contains((Object) type);
        return whole || type.isEnum() ? List.of("", "NaN", "1.5", "1e30", "two") : List.of();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aTextThatTheOptionHasNoValueForIsRefusedInOneLine(Wrong wrong) {
        List<String> words = new ArrayList<>(wrong.command());
        words.add(wrong.option() + "=" + wrong.text());
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err, true));

        int status = line.execute(words.toArray(String[]::new));

        assertThat(status).as(words + ": " + err).isEqualTo(UserError.EXIT_CODE);
        assertThat(err.toString().strip())
                .startsWith("cfcql: ")
                .contains(wrong.option())
                .doesNotContain("\n");
    }

    @Test
    void manyOptionsAreTried() {
        assertThat(wrong().count()).isGreaterThan(60);
    }
}
