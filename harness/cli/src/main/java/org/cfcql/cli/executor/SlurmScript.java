package org.cfcql.cli.executor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/**
 * Job arrays for Slurm. A script is written once and never changed; running the experiment again
 * writes another one for what is missing then.
 */
final class SlurmScript {
    /** What is behind this word in a script is the name of its job. */
    static final String NAME = "#SBATCH --job-name=";

    /** So that a cell that never gets anywhere does not go round for ever. */
    private static final int RESTARTS = 1000;

    private SlurmScript() {}

    /**
     * Writes a script, its list and nothing else.
     *
     * @param job number of the script in its folder, from 1
     */
    static Path write(
            JobFolder folder, int job, List<Cell> cells, WorkerCall call, JobShape shape) {
        TaskList list = TaskList.write(folder.list(job), cells, shape.cellsPerTask());
        Path script = folder.slurmScript(job);
        String text =
                "#!/bin/bash\n"
                        + directives(folder, job, cells, shape)
                        + "set -eu\n"
                        + call.exports()
                        + (shape.setup().isEmpty() ? "" : shape.setup() + "\n")
                        + body(call.launcher(), call.ofTask(list, shape));
        Storage.writeAtomically(script, text.getBytes(StandardCharsets.UTF_8));
        return script;
    }

    private static String directives(JobFolder folder, int job, List<Cell> cells, JobShape shape) {
        int tasks = (cells.size() + shape.cellsPerTask() - 1) / shape.cellsPerTask();
        Map<String, String> options = new LinkedHashMap<>();
        options.put(
                "array",
                "0-"
                        + (tasks - 1)
                        + (shape.tasksAtATime().isPresent()
                                ? "%" + shape.tasksAtATime().getAsInt()
                                : ""));
        options.put("ntasks", "1");
        options.put("cpus-per-task", Integer.toString(shape.cellsAtATime()));
        options.put("mem", shape.memory());
        // One file per task, which goes on where a task is started again.
        Path log = folder.path().toAbsolutePath().normalize().resolve("task-");
        options.put("output", quoted(log.toString().replace("%", "%%") + "%A_%a.txt"));
        options.put("open-mode", "append");
        // Two minutes before its limit the shell below hears of it and asks for a checkpoint.
        options.put("signal", "B:TERM@120");
        if (JobShape.needsCard(cells)) {
            options.put("gres", "gpu:1");
        }
        options.putAll(shape.passed());
        return NAME
                + name(folder, job)
                + "\n"
                + options.entrySet().stream()
                        .map(one -> "#SBATCH --" + one.getKey() + "=" + one.getValue() + "\n")
                        .collect(Collectors.joining())
                + "#SBATCH --requeue\n";
    }

    /** Unique among a user's jobs, so that the queue alone says which job is whose. */
    private static String name(JobFolder folder, int job) {
        Path path = folder.path().toAbsolutePath().normalize();
        String hash = "%08x".formatted(path.getParent().toString().hashCode());
        return "cfcql-" + hash + "-" + path.getFileName() + "-" + job;
    }

    /** {@code sbatch} reads quotes and backslashes in directives as a shell does. */
    private static String quoted(String text) {
        return WorkerCall.quoted(text);
    }

    private static String body(Path launcher, List<String> words) {
        return """
        task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
        starts=${SLURM_RESTART_COUNT:-0}
        echo "cfcql: task $task, restarted $starts times, on $(hostname), $(date -u +%%FT%%TZ)"
        limit=
        worker=
        set +e
        trap 'limit=near; [ -z "$worker" ] || kill -TERM "$worker" 2>/dev/null' TERM
        %s %s "$SLURM_ARRAY_TASK_ID" &
        worker=$!
        [ -z "$limit" ] || kill -TERM "$worker"
        wait "$worker"
        status=$?
        # A signal ends the wait, not the worker, which is writing its checkpoint.
        while kill -0 "$worker" 2>/dev/null; do
            wait "$worker"
            status=$?
        done
        echo "cfcql: the worker of task $task ended with $status, $(date -u +%%FT%%TZ)"
        # Only a task that still runs was stopped by its limit; scancel stops in the same way.
        if [ "$status" -eq 143 ] && [ -n "$limit" ] && [ "$starts" -lt %d ] &&
            [ "$(squeue --noheader --jobs="$task" --format=%%T)" = RUNNING ]; then
            echo "cfcql: task $task is near its time limit and is queued again, to go on from its checkpoint"
            scontrol requeue "$task"
        fi
        exit "$status"
        """
                .formatted(
                        WorkerCall.quoted(launcher.toString()), WorkerCall.shell(words), RESTARTS);
    }
}
