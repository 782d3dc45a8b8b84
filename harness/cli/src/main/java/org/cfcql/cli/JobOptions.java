package org.cfcql.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.cfcql.cli.executor.Engine;
import org.cfcql.cli.executor.JobShape;
import org.cfcql.error.UserError;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of {@code cfcql run} for cells that other machines run. */
final class JobOptions {
    private static final int SLURM_TASKS = 1000;

    @Option(
            names = "--executor",
            defaultValue = "local",
            description =
                    "local: processes here; slurm: job arrays; list: a shell line per cell;"
                            + " htcondor, kubernetes: a job file. See docs/clusters.md.")
    private Where where;

    @Option(names = "--submit", description = "slurm: submit what was written.")
    private boolean submit;

    @Option(
            names = "--cells-per-task",
            paramLabel = "N",
            defaultValue = "1",
            description = "Cells that one task of a job runs; --workers of them at a time.")
    private int cellsPerTask;

    @Option(
            names = "--array-limit",
            paramLabel = "N",
            defaultValue = "" + SLURM_TASKS,
            description =
                    "slurm: tasks of one array, below the cluster's MaxArraySize (default:"
                            + " ${DEFAULT-VALUE}); more tasks become more arrays.")
    private int arrayLimit;

    @Option(
            names = "--array-throttle",
            paramLabel = "N",
            description = "Tasks of one job that run at the same time (default: all).")
    private Integer arrayThrottle;

    @Option(names = "--time", description = "slurm: time limit of a task, as sbatch wants it.")
    private String time;

    @Option(names = "--partition", description = "slurm: partition.")
    private String partition;

    @Option(names = "--account", description = "slurm: account.")
    private String account;

    @Option(
            names = "--gres",
            description = "slurm: generic resources (default: gpu:1 for cells on a card).")
    private String gres;

    @Option(
            names = "--mem",
            description = "Memory of a task (default: 4G for each cell at a time).")
    private String memory;

    @Option(
            names = "--setup",
            paramLabel = "SHELL",
            defaultValue = "",
            description = "Shell text that a task runs before its worker: module load java/17.")
    private String setup;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Where cells are run; the names are those of the command line. */
    enum Where {
        LOCAL,
        LIST,
        SLURM,
        HTCONDOR,
        KUBERNETES
    }

    /** Whether this machine runs the cells. */
    boolean here() {
        return where == Where.LOCAL;
    }

    boolean slurm() {
        return where == Where.SLURM;
    }

    boolean submit() {
        return submit;
    }

    /** What runs the cells where this machine does not. */
    Engine engine() {
        return Engine.valueOf(where.name());
    }

    /**
     * How cells are cut into tasks.
     *
     * @param workers cells at a time
     * @param asked whether somebody asked for that many; a task has one core where nobody did
     */
    JobShape shape(int workers, boolean asked) {
        int atATime = asked || where == Where.LIST ? workers : 1;
        Map<String, String> passed = new LinkedHashMap<>();
        put(passed, "time", time);
        put(passed, "partition", partition);
        put(passed, "account", account);
        put(passed, "gres", gres);
        return new JobShape(
                cellsPerTask,
                atATime,
                arrayLimit,
                arrayThrottle == null ? OptionalInt.empty() : OptionalInt.of(arrayThrottle),
                memory == null ? 4 * atATime + "G" : memory,
                passed,
                setup);
    }

    private static void put(Map<String, String> passed, String name, String value) {
        if (value != null) {
            passed.put(name, value);
        }
    }

    /**
     * Refuses options that would silently mean nothing.
     *
     * @throws UserError with the option and the executors that take it
     */
    void requireFitting() {
        if (!slurm()) {
            List<String> slurmOnly =
                    List.of(
                            "--submit",
                            "--array-limit",
                            "--time",
                            "--partition",
                            "--account",
                            "--gres");
            slurmOnly.forEach(option -> requireUnused(option, "slurm"));
        }
        if (where == Where.LOCAL || where == Where.LIST) {
            String jobs = "slurm, htcondor or kubernetes";
            List.of("--cells-per-task", "--array-throttle", "--mem", "--setup")
                    .forEach(option -> requireUnused(option, jobs));
        }
    }

    private void requireUnused(String option, String takers) {
        if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
            throw new UserError(
                    "expected "
                            + option
                            + " with --executor "
                            + takers
                            + ", found it with "
                            + where.name().toLowerCase(Locale.ROOT)
                            + "; leave it out or name that executor");
        }
    }
}
