package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cfcql.error.UserError;
import org.cfcql.stats.Aggregate;
import org.cfcql.stats.Interval;
import org.cfcql.stats.ScoreMatrix;
import org.cfcql.stats.ScoreStatistics;
import org.cfcql.stats.ScoreTable;
import org.cfcql.stats.StatisticsJson;
import org.cfcql.stats.StratifiedBootstrap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Aggregate statistics of a scores file. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description = "Aggregate statistics of the normalised scores in a scores.csv.",
        footer = {"", "Example: cfcql stats report/scores.csv --track equal --json"})
final class StatsCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE.csv", description = "Scores, columns as in a report.")
    private Path file;

    @Option(
            names = "--track",
            description = "Track to use, for example equal, paper or equal-scale0.25.")
    private String track;

    @Option(
            names = "--resamples",
            defaultValue = "" + StratifiedBootstrap.DEFAULT_RESAMPLES,
            description = "Size of the bootstrap (default: ${DEFAULT-VALUE}).")
    private int resamples;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Seed of the bootstrap (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Print JSON only.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        if (resamples < 1) {
            throw new UserError(
                    "expected --resamples to be at least 1, found " + resamples + "; raise it");
        }
        ScoreTable table = ScoreTable.read(file);
        if (track != null && !table.tracks().contains(track)) {
            throw new UserError(
                    "expected rows of track %s in %s, found only %s; correct --track"
                            .formatted(track, file, String.join(", ", table.tracks())));
        }
        ScoreMatrix matrix = ScoreMatrix.of(track == null ? table : table.ofTrack(track));
        PrintWriter out = spec.commandLine().getOut();
        if (!matrix.balanced()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "cfcql: warning: tasks have different numbers of runs; the"
                                    + " interquartile mean weighs runs, not tasks");
        }
        ScoreStatistics statistics = ScoreStatistics.of(matrix, resamples, seed);
        if (json) {
            out.println(
                    new ObjectMapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(StatisticsJson.of(statistics)));
        } else {
            print(statistics, out);
        }
        return 0;
    }

    private void print(ScoreStatistics statistics, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%d tasks, track %s, %d resamples; 95 %% intervals%n",
                statistics.matrix().tasks().size(),
                statistics.matrix().track(),
                statistics.resamples());
        int width =
                statistics.aggregates().keySet().stream().mapToInt(String::length).max().orElse(0);
        String heading = "%-" + Math.max(width, 9) + "s";
        out.printf(Locale.ROOT, heading, "algorithm");
        for (Aggregate aggregate : Aggregate.values()) {
            out.printf(Locale.ROOT, "  %-24s", aggregate.key().replace('_', ' '));
        }
        out.println();
        for (Map.Entry<String, Map<Aggregate, Interval>> line :
                statistics.aggregates().entrySet()) {
            out.printf(Locale.ROOT, heading, line.getKey());
            line.getValue()
                    .values()
                    .forEach(value -> out.printf(Locale.ROOT, "  %-24s", text(value)));
            out.println();
        }
        out.println("probability of improvement");
        statistics
                .improvements()
                .forEach(
                        (pair, value) ->
                                out.printf(
                                        Locale.ROOT,
                                        "%s over %s: %.3f [%.3f, %.3f]%n",
                                        pair.first(),
                                        pair.second(),
                                        value.point(),
                                        value.low95(),
                                        value.high95()));
    }

    private static String text(Interval value) {
        return String.format(
                Locale.ROOT, "%.1f [%.1f, %.1f]", value.point(), value.low95(), value.high95());
    }
}
