package org.cfcql.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.cfcql.cli.executor.BarProgress;
import org.cfcql.data.fetch.FetchProgress;
import org.cfcql.data.fetch.FileFetch;
import org.cfcql.data.fetch.FileFetch.Fetched;
import org.cfcql.data.fetch.Patience;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches a file of somebody's data. */
@Command(
        name = "fetch",
        mixinStandardHelpOptions = true,
        description = {
            "Fetches a file from a web server and holds it to its hash. What came before a",
            "connection broke is kept as FILE.partial, and the same command goes on from there.",
            "Archives are not unpacked."
        },
        footer = {
            "",
            "Example: cfcql data fetch https://host/2s3z_medium.h5 --sha256 9f86d0...0f00a08"
                    + " --out datasets"
        })
final class DataFetchCommand implements Callable<Integer> {
    private static final int MEGABYTE = 1_000_000;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "Address of the file, http or https.")
    private String address;

    @Option(
            names = "--sha256",
            required = true,
            paramLabel = "HASH",
            description = "SHA-256 of the file, as sha256sum prints it.")
    private String sha256;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE|DIR",
            description = "New file, or a folder that is there.")
    private Path out;

    @Override
    public Integer call() {
        FileFetch fetch = FileFetch.of(address, sha256, out, Patience.USUAL);
        Fetched fetched = BarProgress.fits() ? watched(fetch) : fetch.fetch((bytes, total) -> {});
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s: %s, %d bytes, SHA-256 as expected%n",
                        fetched.file(),
                        fetched.wasThere() ? "was there" : "fetched",
                        fetched.bytes());
        return 0;
    }

    private static Fetched watched(FileFetch fetch) {
        try (ProgressBar bar = new ProgressBar("megabytes", FetchProgress.UNKNOWN)) {
            return fetch.fetch(
                    (bytes, total) -> {
                        bar.maxHint(total == FetchProgress.UNKNOWN ? total : total / MEGABYTE);
                        bar.stepTo(bytes / MEGABYTE);
                    });
        }
    }
}
