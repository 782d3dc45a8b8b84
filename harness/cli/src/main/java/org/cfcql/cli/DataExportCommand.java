package org.cfcql.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cfcql.data.Dataset;
import org.cfcql.data.foreign.Converter;
import org.cfcql.data.foreign.ForeignExport;
import org.cfcql.data.foreign.ForeignLayout;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.bridge.Bridges;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes data for other programs. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a data set in the layout of another project: omar, a folder of obs_0.npy,"
                    + " acs_0.npy, ... per agent (continuous actions), cfcql-h5, one HDF5 file"
                    + " of padded episodes (discrete actions), or vault, OG-MARL's layout, which"
                    + " has no final observations.",
            "Needs the Python packages of: cfcql env install data"
        },
        footer = {
            "",
            "Example: cfcql data export data/simple_spread-random"
                    + " --out datasets/simple_spread/random/seed_0_data",
            "         cfcql data export data/2s3z-medium --format cfcql-h5 --out 2s3z_medium.h5"
        })
final class DataExportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Data set.")
    private Path folder;

    @Option(
            names = "--format",
            converter = ForeignLayoutConverter.class,
            description = "omar, cfcql-h5 or vault; by default omar or cfcql-h5, as actions are.")
    private Optional<ForeignLayout> format = Optional.empty();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "New folder, or new file for cfcql-h5.")
    private Path out;

    @Override
    public Integer call() {
        Dataset dataset = Dataset.open(folder);
        boolean discrete = dataset.card().task().actionSpace() instanceof ActionSpace.Discrete;
        ForeignLayout layout =
                format.orElse(discrete ? ForeignLayout.PADDED : ForeignLayout.AGENT_FILES);
        new ForeignExport(dataset, layout).exportTo(out, new Converter(Bridges.at(Home.locate())));
        spec.commandLine().getOut().println(out);
        return 0;
    }
}
