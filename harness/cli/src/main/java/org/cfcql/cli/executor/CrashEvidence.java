package org.cfcql.cli.executor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cfcql.error.MachineFault;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.storage.Storage;

/**
 * What is left of a worker that was ended by a signal: the report of its Java machine, which lies
 * in the cell's folder, and the cell's {@code failure.json}, which the worker could not write.
 */
final class CrashEvidence {
    static final int SIGNAL_BASE = 128;

    /** Reports that stay in a cell's folder. */
    static final int KEPT = 4;

    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(1, "SIGHUP"),
                    Map.entry(2, "SIGINT"),
                    Map.entry(3, "SIGQUIT"),
                    Map.entry(4, "SIGILL"),
                    Map.entry(6, "SIGABRT"),
                    Map.entry(7, "SIGBUS"),
                    Map.entry(8, "SIGFPE"),
                    Map.entry(9, "SIGKILL"),
                    Map.entry(11, "SIGSEGV"),
                    Map.entry(15, "SIGTERM"));

    /** Signals by which somebody asks a process to end. */
    private static final List<Integer> REQUESTS = List.of(1, 2, 3, 15);

    private static final int HEAD_LINES = 10;
    private static final Pattern CAUGHT = Pattern.compile("^#\\s+(SIG[A-Z]+) \\(");

    private CrashEvidence() {}

    /**
     * Options of a Java machine that leave its report in a folder and its last words in the log.
     */
    static List<String> options(Path folder) {
        return List.of(
                "-XX:ErrorFile=" + folder.resolve("hs_err_pid%p.log"),
                "-XX:ReplayDataFile=" + folder.resolve("replay_pid%p.log"),
                "-XX:+DisplayVMOutputToStderr");
    }

    /**
     * Removes all but the newest reports, of which a cell that crashes again and again has many.
     */
    static void keepNewest(Path folder) throws IOException {
        List<Path> reports = new ArrayList<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(folder, "{hs_err_pid,replay_pid}*.log")) {
            found.forEach(reports::add);
        }
        reports.sort(Comparator.comparing((Path report) -> report.toFile().lastModified()));
        for (Path old : reports.subList(0, Math.max(0, reports.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }

    /** One line on a worker that was ended by a signal. */
    static String reason(CellFolder cell, long pid, int status) {
        int signal = status - SIGNAL_BASE;
        String name = NAMES.getOrDefault(signal, "unknown here");
        Path report = cell.path().resolve("hs_err_pid" + pid + ".log");
        return "the worker was ended by signal "
                + signal
                + " ("
                + name
                + ")"
                + caught(report)
                + (Files.isRegularFile(report) ? ", its report is " + report : "")
                + "; run the same command again to continue from its checkpoint";
    }

    /** A Java machine that catches a fault aborts: which it was, only its report says. */
    private static String caught(Path report) {
        try (BufferedReader lines = Files.newBufferedReader(report, StandardCharsets.ISO_8859_1)) {
            return lines.lines()
                    .limit(HEAD_LINES)
                    .map(CAUGHT::matcher)
                    .filter(Matcher::find)
                    .findFirst()
                    .map(found -> " after " + found.group(1))
                    .orElse("");
        } catch (IOException | UncheckedIOException none) {
            return "";
        }
    }

    /** Keeps the reason in the cell's folder, unless the worker was asked to end. */
    static void keep(CellFolder cell, int status, String reason) {
        if (status <= SIGNAL_BASE || REQUESTS.contains(status - SIGNAL_BASE)) {
            return;
        }
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("exitCode", status);
        record.put("message", reason);
        record.put("at", Instant.now().toString());
        try {
            Storage.writeJson(cell.failure(), record);
        } catch (MachineFault unwritable) {
            // The reason is printed as well.
        }
    }
}
