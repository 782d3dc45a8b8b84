package org.cfcql.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.cfcql.data.check.DatasetVerifier;
import org.cfcql.data.check.Problem;
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
            "One line per problem; exit 0 if there is none, 1 otherwise."
        },
        footer = {"", "Example: cfcql data verify data/simple_spread-random"})
final class DataVerifyCommand implements Callable<Integer> {
    private static final int PROBLEMS_FOUND = 1;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Data set.")
    private Path folder;

    @Option(
            names = "--allow-repeated",
            description = "Repeated episodes are no problem: a task with few starts has them.")
    private boolean repeated;

    @Option(names = "--json", description = "Print JSON only.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        List<Problem> problems = DatasetVerifier.verify(folder, repeated);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    new ObjectMapper()
                            .writeValueAsString(
                                    new TreeMap<>(
                                            Map.of(
                                                    "sound",
                                                    problems.isEmpty(),
                                                    "problems",
                                                    problems))));
        } else if (problems.isEmpty()) {
            out.println(folder + ": sound");
        } else {
            problems.forEach(problem -> out.println(folder + ": " + problem));
        }
        return problems.isEmpty() ? 0 : PROBLEMS_FOUND;
    }
}
