package org.cfcql.lock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another process that takes a lock, says whether it has it, and keeps it until it is ended. */
public final class OtherProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    /** Starts it; it has the lock when this returns. */
    public OtherProcess(Path file) throws IOException {
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-XX:-UsePerfData",
                                "-cp",
                                System.getProperty("java.class.path"),
                                OtherProcess.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String said = output.readLine();
        if (!"held".equals(said)) {
            close();
            throw new IOException("expected the other process to hold " + file + ", said " + said);
        }
    }

    /** What that process does. */
    public static void main(String[] arguments) throws IOException {
        boolean held = HeldLock.take(Path.of(arguments[0]), "--out").isPresent();
        System.out.println(held ? "held" : "refused");
        System.in.read();
    }

    /** Ends it as {@code kill -9} does. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        output.close();
    }
}
