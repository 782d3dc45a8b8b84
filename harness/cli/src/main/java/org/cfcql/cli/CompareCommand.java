package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.cfcql.error.UserError;
import org.cfcql.report.compare.ComparisonFiles;
import org.cfcql.report.compare.ComparisonFolder;
import org.cfcql.report.compare.ComparisonTables;
import org.cfcql.report.compare.Condition;
import org.cfcql.report.compare.Side;
import org.cfcql.report.compare.SideComparison;
import org.cfcql.stats.StratifiedBootstrap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares the scores of two run folders or score tables, cell by cell. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Compares the final scores of two sides, cell by cell: run folders or scores.csv.",
            "Seeds whose episodes start alike are compared in pairs. Ends with 0 when it compared,"
                    + " whatever it found, and with 2 where nothing may be compared."
        },
        footer = {
            "",
            "Example: cfcql compare runs/before runs/after --out comparison",
            "Example: cfcql compare runs/all runs/all --first bc --second cfcql --track equal"
        })
final class CompareCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "A",
            description = "What to compare with: a run folder, or a scores.csv.")
    private Path a;

    @Parameters(
            index = "1",
            paramLabel = "B",
            description = "What to compare; differences are B − A.")
    private Path b;

    @Option(
            names = "--first",
            paramLabel = "LINE",
            defaultValue = "",
            description = "Only this algorithm of A, by id or as tables name its variant.")
    private String first;

    @Option(
            names = "--second",
            paramLabel = "LINE",
            defaultValue = "",
            description = "Only this algorithm of B; it may be another one.")
    private String second;

    @Option(
            names = "--track",
            defaultValue = "",
            description = "Only this track, for example equal, paper or equal-scale0.25.")
    private String track;

    @Option(
            names = "--allow",
            paramLabel = "CONDITION",
            split = ",",
            description =
                    "What may differ, separated by commas: fingerprint, data, budget, track,"
                            + " protocol. All outputs say where it does.")
    private List<String> allow = List.of();

    @Option(
            names = "--resamples",
            defaultValue = "" + StratifiedBootstrap.DEFAULT_RESAMPLES,
            description =
                    "Size of the bootstrap of the intervals over all cells (default:"
                            + " ${DEFAULT-VALUE}).")
    private int resamples;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Seed of the bootstrap (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Print JSON only.")
    private boolean json;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also write compare.md, compare.csv and compare.json there.")
    private Path out;

    @Override
    public Integer call() throws JsonProcessingException {
        if (resamples < 1) {
            throw new UserError(
                    "expected --resamples to be at least 1, found " + resamples + "; raise it");
        }
        SideComparison comparison =
                SideComparison.of(
                        Side.read(a, new Side.Choice(first, track)),
                        Side.read(b, new Side.Choice(second, track)),
                        allowed(),
                        !first.isEmpty() || !second.isEmpty(),
                        resamples,
                        seed);
        if (out != null) {
            ComparisonFolder.write(comparison, out);
        }
        PrintWriter target = spec.commandLine().getOut();
        if (json) {
            target.println(
                    new ObjectMapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(ComparisonFiles.json(comparison)));
        } else {
            target.print(ComparisonTables.markdown(comparison));
        }
        target.flush();
        return 0;
    }

    private Set<Condition> allowed() {
        Set<Condition> allowed = EnumSet.noneOf(Condition.class);
        for (String word : allow) {
            allowed.add(
                    Condition.of(word)
                            .orElseThrow(
                                    () ->
                                            new UserError(
                                                    "expected one of "
                                                            + Arrays.stream(Condition.values())
                                                                    .map(Condition::word)
                                                                    .collect(
                                                                            Collectors.joining(
                                                                                    ", "))
                                                            + " after --allow, found '"
                                                            + word
                                                            + "'; correct it")));
        }
        return allowed;
    }
}
