package org.cfcql.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Publication;
import org.cfcql.report.model.Publications;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.RunData;
import org.cfcql.report.read.RunReader;
import org.cfcql.report.write.ReportFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns run folders into a page, tables and CSV files. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Writes report.html, table.md, table.tex, scores.csv and budget.csv from run folders.",
            "The last line printed is the page."
        },
        footer = {"", "Example: cfcql report runs/quickstart --out report"})
final class ReportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "RUN_DIR", arity = "1..*", description = "Folders of cfcql run.")
    private List<Path> folders;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder to write into (default: report in the run folder; in the current folder"
                            + " for several).")
    private Path out;

    @Override
    public Integer call() {
        List<RunData> runs = folders.stream().map(RunReader::read).toList();
        Report report = Report.of(runs, publications());
        Path target = out;
        if (target == null) {
            target = folders.size() == 1 ? folders.get(0).resolve("report") : Path.of("report");
        }
        Path page = ReportFolder.write(report, target);
        report.warnings().forEach(line -> spec.commandLine().getErr().println("note: " + line));
        spec.commandLine().getOut().println(page);
        return 0;
    }

    private static Publications publications() {
        Publications known = new Publications();
        for (Algorithm algorithm : Algorithms.all()) {
            Publication publication = algorithm.publication();
            known.add(algorithm.id(), publication.names(), publication.forms());
        }
        return known;
    }
}
