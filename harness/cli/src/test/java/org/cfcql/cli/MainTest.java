package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.MachineFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.error.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

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
    void errorsOfTheVirtualMachineHaveTheirExitCode() {
        StringWriter err = new StringWriter();

        assertThat(executeFailing(new OutOfMemoryError("Java heap space"), err))
                .isEqualTo(MachineFault.EXIT_CODE);
        assertThat(err.toString().lines()).singleElement().asString().contains("CFCQL_HEAP");

        err.getBuffer().setLength(0);
        assertThat(executeFailing(new UnsatisfiedLinkError("no jnitorch\nsecond line"), err))
                .isEqualTo(MissingDependency.EXIT_CODE);
        assertThat(err.toString().lines()).singleElement().asString().contains("no jnitorch)");

        err.getBuffer().setLength(0);
        assertThat(executeFailing(new StackOverflowError(), err)).isEqualTo(HarnessBug.EXIT_CODE);
        assertThat(err.toString()).contains("a bug of the harness").contains("StackOverflowError");
    }

    private static int executeFailing(Error error, StringWriter err) {
        Callable<Integer> failing =
                () -> {
                    throw error;
                };
        CommandSpec command = CommandSpec.wrapWithoutInspection(failing);
        return Main.commandLine()
                .addSubcommand("fail", new CommandLine(command))
                .setErr(new PrintWriter(err, true))
                .execute("fail");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify .",
                "perf bc-continuous/simple_spread",
                "eval absent",
                "data collect mpe/simple_spread --policy uniform --episodes 1 --out absent"
            })
    void aDeviceThatIsNotThereEndsACommandBeforeItStarts(String command) {
        StringWriter err = new StringWriter();
        String[] arguments = (command + " --device cuda:99").split(" ");

        int exitCode = Main.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);

        assertThat(exitCode).isEqualTo(MissingDependency.EXIT_CODE);
        assertThat(err.toString().lines()).singleElement().asString().contains("-Pgpu");
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
