package org.cfcql.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cfcql.data.Dataset;
import org.cfcql.data.hdf5.Hdf5Exporter;
import org.cfcql.data.omar.OmarExporter;
import org.cfcql.env.ActionSpace;
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
            "Writes a data set in the layout of another program: omar, a folder of obs_0.npy,"
                    + " acs_0.npy, ... per agent (continuous actions), or cfcql-h5, one HDF5 file"
                    + " of padded episodes (discrete actions)."
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
            converter = DataFormat.Converter.class,
            description = "omar or cfcql-h5; by default the one the data set fits.")
    private Optional<DataFormat> format = Optional.empty();

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
        if (format.orElse(discrete ? DataFormat.CFCQL_H5 : DataFormat.OMAR) == DataFormat.OMAR) {
            OmarExporter.export(dataset, out);
        } else {
            Hdf5Exporter.export(dataset, out);
        }
        spec.commandLine().getOut().println(out);
        return 0;
    }
}
