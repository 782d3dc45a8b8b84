package org.cfcql.cli;

import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetMix;
import org.cfcql.data.Provenance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a data set of two halves. */
@Command(
        name = "mix",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a data set of two halves: the episodes of the same random numbers of both,",
            "those of the first data set first. The paper's mixed data are medium and expert."
        },
        footer = {
            "",
            "Example: cfcql data mix data/smax-2s3z/medium data/smax-2s3z/expert"
                    + " --out data/smax-2s3z/mixed"
        })
final class DataMixCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FIRST", description = "Data set.")
    private Path first;

    @Parameters(index = "1", paramLabel = "SECOND", description = "Data set of the same task.")
    private Path second;

    @Option(
            names = "--episodes",
            paramLabel = "N",
            description = "Episodes in all, an even number (default: those of the smaller set).")
    private Integer episodes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the choice (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New folder.")
    private Path out;

    @Override
    public Integer call() {
        DatasetMix mix = new DatasetMix(Dataset.open(first), Dataset.open(second));
        int smaller = Math.min(mix.first().episodes(), mix.second().episodes());
        DatasetCard card =
                mix.write(
                        out,
                        episodes == null ? smaller / 2 * 2 : episodes,
                        seed,
                        new Provenance(
                                "mix",
                                "",
                                0,
                                Long.toUnsignedString(seed),
                                CommandWords.of(spec),
                                Version.current(),
                                new TreeMap<>()));
        spec.commandLine().getOut().println(DataCollectCommand.summary(card, out));
        return 0;
    }
}
