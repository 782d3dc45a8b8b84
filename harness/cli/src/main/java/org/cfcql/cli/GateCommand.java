package org.cfcql.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.outcome.JsonDocument;
import org.cfcql.report.compare.RecordedSide;
import org.cfcql.report.compare.Side;
import org.cfcql.report.gate.Gate;
import org.cfcql.report.gate.GateFiles;
import org.cfcql.report.gate.GateRules;
import org.cfcql.report.gate.GateText;
import org.cfcql.report.gate.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Holds the scores of a candidate to those of a recorded reference. */
@Command(
        name = "gate",
        mixinStandardHelpOptions = true,
        description = {
            "Says whether the scores of a candidate are still those of a reference, cell by cell"
                    + " and over all cells.",
            "Verdicts and exit codes: identical and pass 0, regression and suspicious (better than"
                    + " the reference allows) 1, undecided 2, infrastructure (cells without a"
                    + " result) the failed cell's own code or 6."
        },
        footer = {
            "",
            "Example: cfcql gate --reference reference.json --candidate runs/gate",
            "Example: cfcql gate --record reference.json --candidate runs/reference"
        })
final class GateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--reference",
            paramLabel = "R",
            description =
                    "What is known to be right: a run folder, a scores.csv or a recorded"
                            + " .json.")
    private Path reference;

    @Option(
            names = "--candidate",
            paramLabel = "C",
            required = true,
            description = "What is judged: a run folder, a scores.csv or a recorded .json.")
    private Path candidate;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Judge nothing; write the candidate's scores there, as a reference.")
    private Path record;

    @Option(
            names = "--made",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "With --record: where the scores come from.")
    private String made;

    @Option(
            names = "--part",
            description =
                    "The candidate is meant to have a part of the reference's cells; the others"
                            + " are named, not missing.")
    private boolean part;

    @Option(
            names = "--level",
            defaultValue = "0.05",
            description =
                    "Probability of any alarm when nothing has changed (default:"
                            + " ${DEFAULT-VALUE}).")
    private double level;

    @Option(
            names = "--margin",
            defaultValue = "4",
            description =
                    "Loss that must not pass unseen, in deviations between seeds of the"
                            + " environment's reference cells (default: ${DEFAULT-VALUE}).")
    private double margin;

    @Option(
            names = "--minimum-seeds",
            defaultValue = "3",
            description = "Fewest seeds of a candidate's cell (default: ${DEFAULT-VALUE}).")
    private int minimumSeeds;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write JUnit's XML there.")
    private Path junit;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write the text there.")
    private Path markdown;

    @Option(
            names = "--benchmark-json",
            paramLabel = "FILE",
            description = "Write the means as github-action-benchmark reads them.")
    private Path benchmark;

    @Override
    public Integer call() throws IOException {
        Side judged = Side.read(candidate, Side.Choice.ALL);
        if (record != null) {
            write(record, RecordedSide.text(judged.cells(), made));
            return 0;
        }
        if (reference == null) {
            throw new UserError(
                    "expected --reference R, or --record FILE to make one, found neither; name"
                            + " one");
        }
        Gate gate =
                Gate.of(
                        Side.read(reference, Side.Choice.ALL),
                        judged,
                        new GateRules(level, margin, minimumSeeds),
                        part);
        if (gate.cells().isEmpty()) {
            throw new UserError(
                    "expected a cell that is in %s, found none in %s; name the run of the same experiment"
                            .formatted(reference, candidate));
        }
        String text = GateText.markdown(gate);
        if (markdown != null) {
            write(markdown, text);
        }
        if (junit != null) {
            write(junit, GateFiles.junit(gate));
        }
        if (benchmark != null) {
            write(benchmark, GateFiles.benchmark(gate));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
        return gate.verdict() == Verdict.INFRASTRUCTURE
                ? codeOfFailure()
                : gate.verdict().exitCode();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException unwritable) {
            throw new MachineFault("cannot write " + file + ": " + unwritable, unwritable);
        }
    }

    /** The first failed cell's own code, in the order of their names. */
    private int codeOfFailure() {
        Path cells = candidate.resolve("cells");
        if (!Files.isDirectory(cells)) {
            return Verdict.INFRASTRUCTURE.exitCode();
        }
        try (Stream<Path> folders = Files.list(cells)) {
            return folders.sorted()
                    .map(folder -> folder.resolve("failure.json"))
                    .filter(Files::exists)
                    .map(file -> JsonDocument.read(file).path("exitCode").asInt())
                    .filter(code -> code > 0)
                    .findFirst()
                    .orElse(Verdict.INFRASTRUCTURE.exitCode());
        } catch (IOException unreadable) {
            throw new MachineFault("cannot list " + cells + ": " + unreadable, unreadable);
        }
    }
}
