package org.cfcql.env.bridge;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.cfcql.error.Stopping;

/**
 * The process of a worker and its group. It ends when its standard input closes, so also when the
 * harness is killed; a regular end of the harness kills the group itself, since a stopped process
 * would not notice.
 */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final OutputTail output;
    private final ScratchFolder scratch;
    private final Thread lastResort;
    private boolean closed;

    /**
     * Starts the worker and hands it its secrets, which stand on no command line.
     *
     * @param name what threads and messages call it
     * @param secrets first line of its standard input: token and routing id
     */
    WorkerProcess(Launchable command, String endpoint, String name, String secrets) {
        scratch = ScratchFolder.create();
        ProcessBuilder builder = new ProcessBuilder(command.inOwnGroup("--connect", endpoint));
        builder.directory(scratch.path().toFile()).redirectErrorStream(true);
        builder.environment().putAll(command.variables());
        try {
            process = builder.start();
        } catch (IOException refused) {
            scratch.close();
            throw command.notStarted(refused);
        }
        output = new OutputTail(name, process.getInputStream());
        lastResort = new Thread(this::killGroup, name + "-kill");
        try {
            Runtime.getRuntime().addShutdownHook(lastResort);
        } catch (IllegalStateException harnessIsEnding) {
            close();
            throw new Stopping("an environment", harnessIsEnding);
        }
        handSecrets(secrets);
    }

    long pid() {
        return process.pid();
    }

    OptionalInt exitStatus() {
        if (process.isAlive()) {
            return OptionalInt.empty();
        }
        output.awaitEnd(BridgeDefaults.WATCH_MS);
        return OptionalInt.of(process.exitValue());
    }

    List<String> lastLines() {
        return output.lines();
    }

    boolean awaitExit(long waitMs) {
        try {
            return process.waitFor(waitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Kills whatever is left of the group, children of the environment included. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        killGroup();
        awaitExit(BridgeDefaults.KILL_MS);
        output.awaitEnd(BridgeDefaults.WATCH_MS);
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException harnessIsEnding) {
            // The hook runs or has run; killing twice does no harm.
        }
        scratch.close();
    }

    /** The shell's own {@code kill} knows process groups; Java does not. */
    private void killGroup() {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -s KILL -- -" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(BridgeDefaults.KILL_MS, TimeUnit.MILLISECONDS);
        } catch (IOException noShell) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private void handSecrets(String secrets) {
        try {
            OutputStream input = process.getOutputStream();
            input.write((secrets + "\n").getBytes(StandardCharsets.US_ASCII));
            input.flush();
        } catch (IOException ended) {
            // It is dead already; the session finds its exit status.
            output.awaitEnd(BridgeDefaults.WATCH_MS);
        }
    }
}
