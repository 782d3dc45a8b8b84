package org.cfcql.cli.executor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cfcql.error.ForeignText;

/**
 * What a command of Slurm said.
 *
 * @param status its exit status; -1 where it did not start or did not end
 * @param output what it printed
 */
record SlurmAnswer(int status, String output) {
    private static final int PATIENCE_SECONDS = 60;

    /** Runs a command to its end. */
    static SlurmAnswer of(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new SlurmAnswer(-1, command.get(0) + " does not end");
            }
            return new SlurmAnswer(process.exitValue(), output);
        } catch (IOException notStarted) {
            return new SlurmAnswer(-1, "there is no command " + command.get(0) + " here");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new SlurmAnswer(-1, "interrupted");
        }
    }

    boolean good() {
        return status == 0;
    }

    List<String> lines() {
        return output.lines().filter(line -> !line.isBlank()).toList();
    }

    /** What it printed, on one line. */
    String complaint() {
        return ForeignText.oneLine(String.join("; ", lines()));
    }
}
