package org.cfcql.cli.executor;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cfcql.error.MachineFault;
import org.cfcql.error.MissingDependency;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;

/**
 * What runs the workers of other machines. All engines call the same {@code cfcql worker}; what it
 * promises them is in {@code docs/clusters.md}.
 */
public enum Engine {
    LIST,
    SLURM,
    HTCONDOR,
    KUBERNETES;

    private static final int STATUS_NOT_STARTED = -1;

    /**
     * Writes what the engine needs into a new folder of the run and says how it is submitted.
     *
     * @param launcher the {@code cfcql} script
     * @param variables environment of this process
     * @return commands that submit it, in their order
     */
    public List<List<String>> write(
            RunFolder run,
            List<Cell> cells,
            Path launcher,
            JobShape shape,
            Map<String, String> variables) {
        JobFolder folder = JobFolder.create(run);
        WorkerCall call = WorkerCall.of(launcher, run, variables);
        return switch (this) {
            case LIST ->
                    List.of(
                            List.of(
                                    "parallel",
                                    "--jobs",
                                    Integer.toString(shape.cellsAtATime()),
                                    "--termseq",
                                    "TERM,70000,KILL,25",
                                    "--arg-file",
                                    CommandList.write(folder, cells, call).toString()));
            case HTCONDOR ->
                    List.of(
                            List.of(
                                    "condor_submit",
                                    HtcondorSubmit.write(folder, cells, call, shape).toString()));
            case KUBERNETES ->
                    List.of(
                            List.of(
                                    "kubectl",
                                    "create",
                                    "-f",
                                    KubernetesJob.write(folder, cells, call, shape).toString()));
            case SLURM -> arrays(folder, cells, call, shape);
        };
    }

    private static List<List<String>> arrays(
            JobFolder folder, List<Cell> cells, WorkerCall call, JobShape shape) {
        List<List<String>> commands = new ArrayList<>();
        int cellsPerJob = Math.multiplyExact(shape.tasksPerJob(), shape.cellsPerTask());
        for (int first = 0; first < cells.size(); first += cellsPerJob) {
            List<Cell> part = cells.subList(first, Math.min(cells.size(), first + cellsPerJob));
            Path script = SlurmScript.write(folder, commands.size() + 1, part, call, shape);
            commands.add(List.of("sbatch", script.toString()));
        }
        return commands;
    }

    /** Prints commands as a shell wants them. */
    public static void print(List<List<String>> commands, PrintWriter out) {
        commands.forEach(words -> out.println("submit it with: " + WorkerCall.shell(words)));
        out.flush();
    }

    /**
     * Runs the commands one after another and prints what they say.
     *
     * @throws MissingDependency if there is no such command here
     * @throws MachineFault if one refuses; what was submitted before stays so
     */
    public static void submit(List<List<String>> commands, PrintWriter out) {
        for (List<String> words : commands) {
            SlurmAnswer answer = SlurmAnswer.of(words);
            if (answer.status() == STATUS_NOT_STARTED) {
                throw new MissingDependency(
                        "expected to submit with "
                                + WorkerCall.shell(words)
                                + ", found that "
                                + answer.complaint()
                                + "; do it where the engine is installed, what was written stays");
            }
            if (!answer.good()) {
                throw new MachineFault(
                        "expected a job from "
                                + WorkerCall.shell(words)
                                + ", found: "
                                + answer.complaint()
                                + "; mend what it names and run the same command again, jobs"
                                + " submitted before stay in the queue");
            }
            out.println(answer.complaint() + ": " + words.get(words.size() - 1));
            out.flush();
        }
    }
}
