package org.cfcql.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.hdf5.Hdf5Importer;
import org.cfcql.data.omar.OmarImporter;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.error.UserError;
import org.cfcql.learn.Branch;
import org.cfcql.run.experiment.TaskCatalogue;
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
            "Converts data in the layout of another program to a data set: omar, a folder of"
                    + " obs_0.npy, acs_0.npy, ..., or cfcql-h5, an HDF5 file of padded episodes"
                    + " with obs, state, actions, filled, ...",
            "Task and kind come from the path TASK/KIND/seed_K_data or from a file name such as"
                    + " 2s3z_medium.h5 unless they are given."
        },
        footer = {
            "",
            "Example: cfcql data import datasets/simple_spread/medium/seed_0_data"
                    + " --out data/simple_spread-medium",
            "         cfcql data import 2s3z_medium.h5 --environment smac/2s3z --kind medium"
                    + " --out data/2s3z-medium"
        })
final class DataImportCommand implements Callable<Integer> {
    /** Maps of SMAC and SMAX that the benchmark does not run may have data all the same. */
    private static final String DISCRETE = "sma[cx]/[A-Za-z0-9_]+";

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", description = "Folder that holds obs_0.npy, or HDF5 file.")
    private Path source;

    @Option(
            names = "--format",
            converter = DataFormat.Converter.class,
            description = "omar or cfcql-h5; by default cfcql-h5 for a file, omar for a folder.")
    private Optional<DataFormat> format = Optional.empty();

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
            description =
                    "Steps of an episode, where they are not those of OMAR's task; HDF5 files tell"
                            + " it.")
    private Optional<Integer> episodeLimit = Optional.empty();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New folder.")
    private Path out;

    @Override
    public Integer call() {
        DatasetCard card =
                format.orElse(DataFormat.of(source)) == DataFormat.CFCQL_H5
                        ? importHdf5()
                        : new OmarImporter(source, environment, kind, episodeLimit)
                                .importTo(out, CommandWords.of(spec), Version.current());
        PrintWriter screen = spec.commandLine().getOut();
        screen.println(DataCollectCommand.summary(card, out));
        String ignored = card.made().notes().get(Hdf5Importer.IGNORED);
        if (ignored != null) {
            screen.println("arrays of the file that were ignored: " + ignored);
        }
        return 0;
    }

    private DatasetCard importHdf5() {
        if (episodeLimit.isPresent()) {
            throw new UserError(
                    "expected no --episode-limit with an HDF5 file, whose slots tell it, found "
                            + episodeLimit.get()
                            + "; leave it out");
        }
        environment.ifPresent(DataImportCommand::requireDiscrete);
        return new Hdf5Importer(source, environment, kind)
                .importTo(out, CommandWords.of(spec), Version.current());
    }

    private static void requireDiscrete(String id) {
        if (id.matches(DISCRETE)) {
            return;
        }
        Optional<TaskCatalogue.Task> task = TaskCatalogue.find(id);
        if (task.isEmpty()) {
            new BridgeProvider(Bridges.ofThisProcess()).requireKnown(id);
        } else if (task.get().branch() != Branch.DISCRETE) {
            throw new UserError(
                    "expected an environment with discrete actions for an HDF5 file, found "
                            + id
                            + "; say --format omar for a folder of .npy files");
        }
    }
}
