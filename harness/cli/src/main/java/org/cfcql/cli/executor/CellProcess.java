package org.cfcql.cli.executor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.cfcql.error.ForeignText;
import org.cfcql.error.HarnessBug;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.storage.Storage;

/**
 * A child process that runs one cell.
 *
 * <p>Its standard input stays open as long as this process lives; the line {@code stop} asks it to
 * checkpoint and end. Its standard output holds {@link WorkerReport}s; what else is printed there,
 * such as the last words of a Java machine that crashes, and its standard error go to the cell's
 * log, of which beginning and end are kept.
 */
public final class CellProcess {
    private static final int COMPUTE_THREADS = 1;

    private final CellFolder cell;
    private final Process process;
    private final BoundedLog log;
    private final LogPump messages;
    private volatile long lastReportNanos = System.nanoTime();
    private volatile String failure = "";

    /** Starts the worker of a cell. */
    CellProcess(List<String> command, CellFolder cell) {
        this.cell = cell;
        try {
            Files.createDirectories(cell.path());
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(LibTorchRuntime.workerEnvironment(COMPUTE_THREADS));
            CrashEvidence.keepNewest(cell.path());
            log = new BoundedLog(cell.log(), BoundedLog.LIMIT_BYTES);
            process = started(builder, log);
            messages =
                    new LogPump(process.getErrorStream(), log, cell.path().getFileName() + "-log");
        } catch (IOException refused) {
            throw Storage.writeFault(cell.path(), refused);
        }
    }

    private static Process started(ProcessBuilder builder, BoundedLog log) throws IOException {
        try {
            return builder.start();
        } catch (IOException refused) {
            log.close();
            throw refused;
        }
    }

    /**
     * The command of this process with other arguments; a crash leaves its report in the cell's
     * folder.
     */
    public static List<String> command(Path runFolder, String cellId) {
        List<String> command = new ArrayList<>();
        command.add(
                Path.of(System.getProperty("java.home"), "bin", "java")
                        .toAbsolutePath()
                        .toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-agentlib"))
                .forEach(command::add);
        // The last one counts where this process has such options too.
        command.addAll(CrashEvidence.options(new RunFolder(runFolder).cell(cellId).path()));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.cfcql.cli.Main",
                        "worker",
                        "--run",
                        runFolder.toString(),
                        "--cell",
                        cellId));
        return command;
    }

    /** Reads reports until the worker ends. */
    WorkerEnd waitFor(Consumer<WorkerReport> listener) {
        try (log;
                ReportLines lines = new ReportLines(process.getInputStream(), log::text)) {
            for (Optional<WorkerReport> next = lines.next();
                    next.isPresent();
                    next = lines.next()) {
                lastReportNanos = System.nanoTime();
                next.filter(one -> one.phase().equals(WorkerReport.FAILED))
                        .ifPresent(one -> failure = one.message());
                next.filter(one -> !one.phase().equals(WorkerReport.FAILED)).ifPresent(listener);
            }
            int status = process.waitFor();
            messages.awaitEnd();
            String reason = reason(status);
            if (failure.isEmpty()) {
                CrashEvidence.keep(cell, status, reason);
            }
            return new WorkerEnd(status, reason);
        } catch (IOException broken) {
            throw new HarnessBug("cannot read the output of a worker", broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return new WorkerEnd(CrashEvidence.SIGNAL_BASE, "interrupted");
        }
    }

    /** Asks the worker to checkpoint and end. */
    void stop() {
        try {
            process.getOutputStream().write("stop\n".getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException endedAlready) {
            // Nothing left to stop.
        }
    }

    /** Kills a worker that has said nothing for too long. */
    void killIfSilentFor(Duration limit) {
        long silentNanos = System.nanoTime() - lastReportNanos;
        if (process.isAlive() && silentNanos > limit.toNanos()) {
            failure =
                    "no progress for "
                            + Math.max(1, limit.toMinutes())
                            + " minutes, killed; run the same command again";
            kill();
        }
    }

    /** Kills the worker; its streams stay, since somebody may be reading its last words. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    private String reason(int status) {
        if (!failure.isEmpty()) {
            return failure;
        }
        if (status > CrashEvidence.SIGNAL_BASE) {
            return CrashEvidence.reason(cell, process.pid(), status);
        }
        return "the worker ended with status " + status + "; see log.txt in its folder";
    }

    /**
     * How a worker ended.
     *
     * @param status exit status
     * @param reason one line, meaningful where the cell is not done
     */
    record WorkerEnd(int status, String reason) {
        /** Keeps the reason on its line: it may repeat what an environment said. */
        WorkerEnd {
            reason = ForeignText.oneLine(reason);
        }
    }
}
