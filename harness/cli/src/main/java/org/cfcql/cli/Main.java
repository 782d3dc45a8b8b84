package org.cfcql.cli;

import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.cfcql.error.ForeignText;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;
import org.cfcql.nativecode.LibTorchRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
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
            CheckCommand.class,
            CompareCommand.class,
            GateCommand.class,
            DataCommand.class,
            DoctorCommand.class,
            EnvCommand.class,
            EvalCommand.class,
            ExportCommand.class,
            CommandLine.HelpCommand.class,
            PerfCommand.class,
            QueryCommand.class,
            ReportCommand.class,
            ReproduceCommand.class,
            RunCommand.class,
            StatsCommand.class,
            VerifyCommand.class,
            StatusCommand.class,
            WorkerCommand.class,
        })
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Runs a command and ends the process with its exit code; a signal lets it stop first. */
    public static void main(String[] arguments) {
        // Numbers and names are written alike everywhere, by libraries too.
        Locale.setDefault(Locale.ROOT);
        System.exit(
                OrderlyEnd.of(
                        () -> commandLine().execute(arguments),
                        LibTorchRuntime::leaveWithoutDestructors));
    }

    /** The command line with the harness's error handling, for the process and for tests. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.registerConverter(Path.class, Main::path);
        commandLine.registerConverter(Double.class, Main::finite);
        commandLine.registerConverter(double.class, Main::finite);
        commandLine.setExecutionStrategy(Main::runLast);
        commandLine.setExecutionExceptionHandler(
                (failure, command, parsed) -> report(failure, command.getErr()));
        commandLine.setParameterExceptionHandler((failure, arguments) -> refuse(failure));
        return commandLine;
    }

    /** An empty path is the current folder to Java, and somebody's unset variable in a script. */
    private static Path path(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("expected a path, found an empty one");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw new TypeConversionException("expected a path, found '" + text + "'");
        }
    }

    /** Comparisons with NaN are never true, so that a goal would never be reached. */
    private static Double finite(String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException noNumber) {
            // Refused below.
        }
        throw new TypeConversionException("expected a finite number, found '" + text + "'");
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
            err.println("cfcql: " + ForeignText.oneLine(diagnosis.message()));
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
        String message = ForeignText.oneLine(failure.getMessage());
        err.println("cfcql: " + message + "; see " + name + " --help");
        UnmatchedArgumentException.printSuggestions(failure, err);
        return UserError.EXIT_CODE;
    }
}
