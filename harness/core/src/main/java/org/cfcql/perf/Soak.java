package org.cfcql.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cfcql.error.MissingDependency;

/** Watches the private memory of the process over many updates at full size. */
public final class Soak {
    /**
     * Java heap and C allocator keep what they once touched: MADTKD's process grew for 600 rounds
     * by 4 %, then stood still.
     */
    private static final int ROUNDS_BEFORE = 600;

    private static final int ROUNDS = 400;
    private static final double ALLOWED_GROWTH = 0.02;
    private static final Path STATUS = Path.of("/proc/self/status");

    private final PerfRunner runner;

    /** A soak of a warm learner. */
    public Soak(PerfRunner runner) {
        this.runner = runner;
    }

    /**
     * What a soak found.
     *
     * @param rounds rounds between the two readings
     * @param beforeBytes private memory (RssAnon) before
     * @param afterBytes private memory after
     */
    public record Outcome(int rounds, long beforeBytes, long afterBytes) {
        /** Whether memory stayed within 2 %. */
        public boolean steady() {
            return afterBytes <= beforeBytes * (1 + ALLOWED_GROWTH);
        }
    }

    /**
     * Runs 600 rounds, reads, runs 400 rounds, reads again.
     *
     * @throws MissingDependency where the system does not tell private memory
     */
    public Outcome run() {
        rounds(ROUNDS_BEFORE);
        long before = privateBytes();
        rounds(ROUNDS);
        return new Outcome(ROUNDS, before, privateBytes());
    }

    private void rounds(int count) {
        for (int round = 0; round < count; round++) {
            runner.round();
        }
    }

    private static long privateBytes() {
        // The Java heap is private memory too: without its garbage the reading is about tensors.
        System.gc();
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow(IOException::new);
        } catch (IOException absent) {
            throw new MissingDependency(
                    "expected RssAnon in " + STATUS + ", found none; the soak needs Linux");
        }
    }
}
