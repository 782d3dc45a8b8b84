package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.cfcql.data.CardFile;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.data.check.Problem;
import org.cfcql.data.check.PublishedComparison;
import org.cfcql.data.check.PublishedData;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether a data set is sound. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks shapes, hashes, finite numbers, bounds of actions, borders of episodes, returns"
                    + " and repeated episodes.",
            "One line per problem; exit 0 if there is none, 1 otherwise.",
            "With --published also exit 1 if none of the published data has as many",
            "steps and episodes; returns are shown beside theirs."
        },
        footer = {
            "",
            "Example: cfcql data verify data/simple_spread-random",
            "         cfcql data verify data/simple_spread-random --published omar"
        })
final class DataVerifyCommand implements Callable<Integer> {
    private static final int THE_ANSWER_IS_NO = 1;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Data set.")
    private Path folder;

    @Option(
            names = "--allow-repeated",
            description = "Repeated episodes are no problem: a task with few starts has them.")
    private boolean repeated;

    @Option(
            names = "--published",
            paramLabel = "NAME",
            description =
                    "Compare counts and returns with published data, SOURCE/TASK/KIND, for example"
                            + " omar/simple_spread/random; what is left out is that of the data.")
    private Optional<String> published = Optional.empty();

    @Option(names = "--json", description = "Print JSON only.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        List<PublishedComparison> comparisons = comparisons();
        List<Problem> problems = DatasetVerifier.verify(folder, repeated);
        List<String> remarks =
                problems.isEmpty() ? DatasetVerifier.remarks(Dataset.open(folder)) : List.of();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    new ObjectMapper().writeValueAsString(answer(problems, remarks, comparisons)));
        } else {
            if (problems.isEmpty()) {
                out.println(folder + ": sound");
            }
            problems.forEach(problem -> out.println(folder + ": " + problem));
            remarks.forEach(remark -> out.println("  " + remark));
            comparisons.forEach(comparison -> print(comparison, out));
        }
        boolean asMany =
                comparisons.isEmpty()
                        || comparisons.stream().anyMatch(PublishedComparison::countsAgree);
        return problems.isEmpty() && asMany ? 0 : THE_ANSWER_IS_NO;
    }

    private List<PublishedComparison> comparisons() {
        if (published.isEmpty()) {
            return List.of();
        }
        DatasetCard card = CardFile.read(folder);
        return PublishedData.named(published.get(), card).stream()
                .map(row -> new PublishedComparison(row, card))
                .toList();
    }

    private static Map<String, Object> answer(
            List<Problem> problems, List<String> remarks, List<PublishedComparison> comparisons) {
        Map<String, Object> answer = new TreeMap<>();
        answer.put("sound", problems.isEmpty());
        answer.put("problems", problems);
        answer.put("remarks", remarks);
        if (!comparisons.isEmpty()) {
            answer.put("published", comparisons.stream().map(PublishedComparison::toMap).toList());
        }
        return answer;
    }

    private static void print(PublishedComparison comparison, PrintWriter out) {
        PublishedData row = comparison.published();
        DatasetCard card = comparison.card();
        out.printf(Locale.ROOT, "%ncompared with %s, %s%n", row.name(), row.environment());
        out.println(line("", "here", "published", "difference", ""));
        out.println(counts("transitions", card.transitions(), row.transitions()));
        out.println(counts("episodes", card.episodes(), row.episodes()));
        double mean = card.returns().mean();
        out.println(returns("mean return", mean, row.meanReturn(), words(comparison)));
        out.println(returns("deviation", comparison.deviation(), row.stdReturn(), ""));
        if (comparison.otherEnvironment()) {
            out.printf(
                    Locale.ROOT,
                    "  these data are of %s, the published ones of %s%n",
                    card.task().environment(),
                    row.environment());
        }
    }

    private static String counts(String name, long here, long there) {
        return here == there
                ? line(name, here, there, "0", "agrees")
                : line(
                        name,
                        here,
                        there,
                        String.format(Locale.ROOT, "%+d", here - there),
                        "differs");
    }

    private static String returns(String name, double here, double there, String words) {
        return line(
                name,
                String.format(Locale.ROOT, "%.4f", here),
                String.format(Locale.ROOT, "%.4f", there),
                String.format(Locale.ROOT, "%+.4f", here - there),
                words);
    }

    private static String line(
            String name, Object here, Object there, String difference, String words) {
        String line = "  %-12s %12s %12s %12s  %s";
        return String.format(Locale.ROOT, line, name, here, there, difference, words)
                .stripTrailing();
    }

    private static String words(PublishedComparison comparison) {
        String word =
                switch (comparison.distance()) {
                    case EQUAL -> "agrees";
                    case CLOSE -> "close";
                    case FAR -> "far";
                };
        if (comparison.published().stdReturn() == 0) {
            return word;
        }
        return String.format(
                Locale.ROOT, "%s: %.2f published deviations", word, comparison.deviations());
    }
}
