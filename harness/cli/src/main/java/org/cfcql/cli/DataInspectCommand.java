package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.check.DatasetInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a data set holds. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Counts, returns and sums of a data set, computed from its arrays.",
        footer = {"", "Example: cfcql data inspect data/simple_spread-random --json"})
final class DataInspectCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Data set.")
    private Path folder;

    @Option(names = "--json", description = "Print JSON only.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        Dataset dataset = Dataset.open(folder);
        Map<String, Object> values = DatasetInspection.of(dataset);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(values));
            return 0;
        }
        int width = values.keySet().stream().mapToInt(String::length).max().orElse(0);
        values.forEach(
                (name, value) -> out.printf(Locale.ROOT, "%-" + width + "s  %s%n", name, value));
        DatasetCard card = dataset.card();
        out.println();
        card.fields()
                .forEach(
                        (field, stored) ->
                                out.printf(
                                        Locale.ROOT,
                                        "%-22s %s %s%n",
                                        field.fileName(),
                                        stored.type(),
                                        stored.shape()));
        out.println();
        out.printf(
                Locale.ROOT,
                "made by %s, policy %s, noise %s, seed %s%n",
                card.made().by(),
                card.made().policy(),
                card.made().noise(),
                card.made().seed().isEmpty() ? "unknown" : card.made().seed());
        card.made()
                .notes()
                .forEach((name, note) -> out.printf(Locale.ROOT, "%s: %s%n", name, note));
        return 0;
    }
}
