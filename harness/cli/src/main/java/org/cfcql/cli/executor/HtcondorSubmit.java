package org.cfcql.cli.executor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/**
 * A submit description for HTCondor: a process of one cluster per task, on a file system that all
 * machines share. A job that is put off its machine gets SIGTERM and two minutes, and goes on from
 * its checkpoint elsewhere.
 */
final class HtcondorSubmit {
    private HtcondorSubmit() {}

    /** Writes {@code htcondor.sub} with its list and the script that each process runs. */
    static Path write(JobFolder folder, List<Cell> cells, WorkerCall call, JobShape shape) {
        TaskList list = TaskList.write(folder.list(1), cells, shape.cellsPerTask());
        Path there = folder.path().toAbsolutePath().normalize();
        String script =
                "#!/bin/bash\nset -eu\n"
                        + call.exports()
                        + (shape.setup().isEmpty() ? "" : shape.setup() + "\n")
                        + "exec "
                        + WorkerCall.quoted(call.launcher().toString())
                        + " "
                        + WorkerCall.shell(call.ofTask(list, shape))
                        + " \"$1\"\n";
        Path program = there.resolve("htcondor-task.sh");
        Storage.writeAtomically(program, script.getBytes(StandardCharsets.UTF_8));
        Path file = there.resolve("htcondor.sub");
        String text =
                """
                # Submit with: condor_submit FILE
                universe = vanilla
                executable = /bin/bash
                transfer_executable = false
                should_transfer_files = NO
                arguments = "'%s' $(Process)"
                log = %s/htcondor.log
                output = %s/task-$(Cluster)_$(Process).txt
                error = %s/task-$(Cluster)_$(Process).err
                request_cpus = %d
                request_memory = %s
                %skill_sig = SIGTERM
                job_max_vacate_time = 120
                max_retries = 3
                retry_until = %s
                %squeue %d
                """
                        .formatted(
                                program.toString().replace("'", "''").replace("\"", "\"\""),
                                there,
                                there,
                                there,
                                shape.cellsAtATime(),
                                shape.memory(),
                                JobShape.needsCard(cells) ? "request_gpus = 1\n" : "",
                                untilFinal(),
                                shape.tasksAtATime().isPresent()
                                        ? "max_materialize = "
                                                + shape.tasksAtATime().getAsInt()
                                                + "\n"
                                        : "",
                                list.tasks().size());
        Storage.writeAtomically(file, text.getBytes(StandardCharsets.UTF_8));
        return file;
    }

    /** The codes at which another attempt would end alike. */
    private static String untilFinal() {
        return KubernetesJob.FINAL_CODES.stream()
                .map(code -> "ExitCode == " + code)
                .collect(Collectors.joining(" || "));
    }
}
