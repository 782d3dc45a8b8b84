package org.cfcql.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.cfcql.error.MachineFault;
import org.cfcql.learn.TaskShape;
import org.cfcql.run.dataset.DatasetFacts;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.training.Services;

/**
 * Memory and disk that a matrix takes, against what the machine has: a worker that the system kills
 * in the middle of the night was asked for too much in the evening.
 *
 * @param workers cells at a time
 * @param workerBytes a worker's own memory: Java's heap in use, LibTorch, networks, batches
 * @param environmentBytes memory of the environment process of a worker
 * @param dataBytes data, mapped once for all workers
 * @param diskBytes files of the cells that are left
 * @param room what there is
 */
public record ResourceNeed(
        int workers,
        long workerBytes,
        long environmentBytes,
        long dataBytes,
        long diskBytes,
        MachineRoom room) {
    private static final long MEBIBYTE = 1 << 20;

    /** Measured with a hundred environments: those written in NumPy, and those compiled by XLA. */
    private static final long NUMPY_ENVIRONMENT = 64 * MEBIBYTE;

    private static final long COMPILED_ENVIRONMENT = 500 * MEBIBYTE;

    /**
     * The need of cells.
     *
     * @param estimate has run rounds of these cells in this process, whose own memory is therefore
     *     that of the largest
     * @param folder where their files go
     */
    public static ResourceNeed of(
            List<Cell> cells, int workers, RunEstimate estimate, Services services, Path folder) {
        long disk = 0;
        long data = 0;
        long environment = 0;
        Set<String> mapped = new TreeSet<>();
        for (Cell cell : cells) {
            disk += estimate.of(cell).bytes();
            boolean compiled = cell.environment().id().startsWith("smax/");
            environment =
                    Math.max(environment, compiled ? COMPILED_ENVIRONMENT : NUMPY_ENVIRONMENT);
            if (!cell.online() && mapped.add(cell.material().path())) {
                data += bytes(services.facts(cell));
            }
        }
        return new ResourceNeed(
                Math.min(workers, cells.size()),
                MachineRoom.ownBytes(),
                environment,
                data,
                disk,
                MachineRoom.here(folder));
    }

    private static long bytes(DatasetFacts facts) {
        TaskShape task = facts.task();
        long numbers =
                (long) task.agents() * (task.observationSize() + task.actionSpace().size() + 1);
        return (facts.transitions() + facts.episodes()) * numbers * Float.BYTES;
    }

    private long memoryBytes() {
        return workers * (workerBytes + environmentBytes) + dataBytes;
    }

    /**
     * Workers that fit into memory, of those asked for: the default of a container with many cores
     * and little memory. At least one, which may still be refused.
     */
    public int fittingWorkers() {
        if (room.memoryBytes() == Long.MAX_VALUE) {
            return workers;
        }
        long each = Math.max(1, workerBytes + environmentBytes);
        long fitting = (room.memoryBytes() - dataBytes) / each;
        return (int) Math.max(1, Math.min(workers, fitting));
    }

    /** The same need with another number of workers. */
    public ResourceNeed withWorkers(int others) {
        return new ResourceNeed(others, workerBytes, environmentBytes, dataBytes, diskBytes, room);
    }

    /** Two lines with the sums. */
    public List<String> lines() {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "memory: %d workers x (%d MiB, a round of the largest cell measured here,"
                                + " + %d MiB environment) + %d MiB of data mapped once = %d MiB;"
                                + " %s",
                        workers,
                        workerBytes / MEBIBYTE,
                        environmentBytes / MEBIBYTE,
                        dataBytes / MEBIBYTE,
                        memoryBytes() / MEBIBYTE,
                        free(room.memoryBytes())),
                String.format(
                        Locale.ROOT,
                        "disk: %d MiB for the files of the cells and two checkpoints of each; %s",
                        diskBytes / MEBIBYTE,
                        free(room.diskBytes())));
    }

    private static String free(long bytes) {
        return bytes == Long.MAX_VALUE ? "free: unknown" : bytes / MEBIBYTE + " MiB are free";
    }

    /**
     * Refuses a matrix that does not fit.
     *
     * @throws MachineFault with the sum that does not
     */
    public void require() {
        if (memoryBytes() > room.memoryBytes()) {
            throw tooMuch(lines().get(0), "start fewer --workers, lower budget.batch");
        }
        if (diskBytes > room.diskBytes()) {
            throw tooMuch(lines().get(1), "make room, use another --out");
        }
    }

    private static MachineFault tooMuch(String sum, String advice) {
        return new MachineFault(
                "expected a matrix that fits this machine, found "
                        + sum
                        + "; "
                        + advice
                        + ", or start it all the same with --overcommit");
    }
}
