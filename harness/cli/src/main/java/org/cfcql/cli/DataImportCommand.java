package org.cfcql.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.OmarImporter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Converts published data. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Converts a folder of OMAR's layout (obs_0.npy, acs_0.npy, ...) to a data set.",
            "Task and kind come from the path TASK/KIND/seed_K_data unless they are given."
        },
        footer = {
            "",
            "Example: cfcql data import datasets/simple_spread/medium/seed_0_data"
                    + " --out data/simple_spread-medium"
        })
final class DataImportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder that holds obs_0.npy.")
    private Path source;

    @Option(
            names = "--environment",
            paramLabel = "ENV",
            description = "Environment id or OMAR's name of the task.")
    private Optional<String> environment = Optional.empty();

    @Option(names = "--kind", description = "Kind of data for the card.")
    private Optional<String> kind = Optional.empty();

    @Option(
            names = "--episode-limit",
            paramLabel = "N",
            description = "Steps of an episode, for tasks that are not OMAR's.")
    private Optional<Integer> episodeLimit = Optional.empty();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New folder.")
    private Path out;

    @Override
    public Integer call() {
        DatasetCard card =
                new OmarImporter(source, environment, kind, episodeLimit)
                        .importTo(out, CommandWords.of(spec), Version.current());
        spec.commandLine().getOut().println(DataCollectCommand.summary(card, out));
        return 0;
    }
}
