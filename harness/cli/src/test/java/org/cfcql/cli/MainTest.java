package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    @Test
    void anUnknownCommandIsOneLineWithASuggestionAndExitCodeTwo() {
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err));

        int exitCode = commandLine.execute("doctro");

        assertThat(exitCode).isEqualTo(UserError.EXIT_CODE);
        assertThat(err.toString()).contains("'doctro'").contains("cfcql doctor");
    }

    @Test
    void everyCommandHasAnExampleInItsHelp() {
        assertExamples(Main.commandLine());
    }

    private static void assertExamples(CommandLine commandLine) {
        commandLine
                .getSubcommands()
                .forEach(
                        (name, command) -> {
                            assertExamples(command);
                            if (!name.equals("help") && command.getSubcommands().isEmpty()) {
                                String footer =
                                        String.join(
                                                "\n",
                                                command.getCommandSpec().usageMessage().footer());
                                assertThat(footer).as("help of " + name).contains("Example");
                            }
                        });
    }
}
