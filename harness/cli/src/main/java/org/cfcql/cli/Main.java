package org.cfcql.cli;

import java.io.PrintWriter;
import org.cfcql.error.UserError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point: {@code cfcql COMMAND ...}. Maps every failure to one line and its exit code. */
@Command(
        name = "cfcql",
        description = "Benchmark harness for offline multi-agent reinforcement learning.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: cfcql run experiments/quickstart.yaml"},
        subcommands = {
            // one line per command, in alphabetical order
            DataCommand.class,
            DoctorCommand.class,
            EnvCommand.class,
            EvalCommand.class,
            ExportCommand.class,
            CommandLine.HelpCommand.class,
            PerfCommand.class,
            ReportCommand.class,
            RunCommand.class,
            StatsCommand.class,
            VerifyCommand.class,
            StatusCommand.class,
            WorkerCommand.class,
        })
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line with the harness's error handling, for the process and for tests. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionStrategy(Main::runLast);
        commandLine.setExecutionExceptionHandler(
                (failure, command, parsed) -> report(failure, command.getErr()));
        commandLine.setParameterExceptionHandler((failure, arguments) -> refuse(failure));
        return commandLine;
    }

    /** Errors pass picocli's handler by; without this they would end with status 1. */
    private static int runLast(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (Error failure) {
            return report(failure, parsed.commandSpec().commandLine().getErr());
        }
    }

    private static int report(Throwable failure, PrintWriter err) {
        Diagnosis diagnosis = Diagnosis.of(failure);
        if (!diagnosis.bug()) {
            LOG.debug("command failed", failure);
            err.println("cfcql: " + diagnosis.message());
            return diagnosis.exitCode();
        }
        err.println("cfcql: this is a bug of the harness; please report it with these lines:");
        failure.printStackTrace(err);
        return diagnosis.exitCode();
    }

    private static int refuse(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println("cfcql: " + failure.getMessage() + "; see " + name + " --help");
        UnmatchedArgumentException.printSuggestions(failure, err);
        return UserError.EXIT_CODE;
    }
}
