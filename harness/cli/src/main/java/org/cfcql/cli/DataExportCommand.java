package org.cfcql.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.cfcql.data.Dataset;
import org.cfcql.data.OmarExporter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes data for other programs. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes a data set in OMAR's layout: obs_0.npy, acs_0.npy, ... per agent.",
        footer = {
            "",
            "Example: cfcql data export data/simple_spread-random"
                    + " --out datasets/simple_spread/random/seed_0_data"
        })
final class DataExportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Data set.")
    private Path folder;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New folder.")
    private Path out;

    @Override
    public Integer call() {
        OmarExporter.export(Dataset.open(folder), out);
        spec.commandLine().getOut().println(out);
        return 0;
    }
}
