package org.cfcql.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.cfcql.error.UserError;
import org.cfcql.outcome.CheckRule;
import org.cfcql.outcome.Finding;
import org.cfcql.outcome.JsonDocument;
import org.cfcql.outcome.RunCheck;
import org.cfcql.run.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cfcql check}: may the numbers of a run be trusted? */
@Command(
        name = "check",
        description = "Holds the files of a run to the rules that its numbers rest on.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Ends with 0 if every rule holds, else with 1 and one line for each that does not.",
            "Example: cfcql check runs/quickstart"
        })
final class CheckCommand implements Callable<Integer> {
    /** What is stored of a check, beside the plan. */
    private static final String FILE = "check.json";

    @Parameters(paramLabel = "RUN_DIR", arity = "1..*", description = "Run folders, kept or not.")
    private List<Path> runs;

    @Option(
            names = "--edition",
            paramLabel = "N",
            description =
                    "Edition of the rules; by default the one that check.json of the run names,"
                            + " else the newest.")
    private Integer edition;

    @Option(names = "--store", description = "Write check.json into the run: edition and outcome.")
    private boolean store;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        boolean passed = true;
        for (Path run : runs) {
            RunCheck check = RunCheck.of(run, edition(run));
            print(run, check);
            if (store) {
                Storage.writeJson(run.resolve(FILE), check.summary());
            }
            passed &= check.passed();
        }
        return passed ? 0 : 1;
    }

    private int edition(Path run) {
        if (edition != null) {
            return edition;
        }
        var stored = JsonDocument.read(run.resolve(FILE)).path("edition");
        if (!stored.isMissingNode() && !stored.isInt()) {
            throw new UserError(
                    "expected a number as edition in "
                            + run.resolve(FILE)
                            + ", found "
                            + stored
                            + "; delete the file");
        }
        return store ? CheckRule.EDITION : stored.asInt(CheckRule.EDITION);
    }

    private void print(Path run, RunCheck check) {
        PrintWriter out = spec.commandLine().getOut();
        for (Finding finding : check.findings()) {
            String cell = finding.cell().isEmpty() ? "" : finding.cell() + ": ";
            out.println("FAIL  " + finding.rule().word() + "  " + cell + finding.text());
        }
        out.println(
                (check.passed() ? "ok    " : "FAIL  ")
                        + run
                        + ": "
                        + check.cells()
                        + " cells, edition "
                        + check.edition()
                        + ", "
                        + check.findings().size()
                        + " findings");
    }
}
