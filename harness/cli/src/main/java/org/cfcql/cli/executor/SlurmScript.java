package org.cfcql.cli.executor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.cfcql.plugin.PluginFolders;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.tensor.ComputeDevice;

/**
 * A job array for Slurm: one task per cell that is not done. The script is written, not submitted;
 * submitting it again, or {@code cfcql run} on the same folder, continues what is missing.
 */
public final class SlurmScript {
    private SlurmScript() {}

    /**
     * Writes {@code slurm.sh} and {@code slurm-cells.txt} into the run folder.
     *
     * @param launcher the {@code cfcql} script, on a file system the nodes share
     * @return the script
     */
    public static Path write(RunFolder run, List<Cell> cells, Path launcher) {
        Path list = run.path().resolve("slurm-cells.txt");
        Path script = run.path().resolve("slurm.sh");
        String ids = cells.stream().map(cell -> cell.id() + "\n").collect(Collectors.joining());
        Storage.writeAtomically(list, ids.getBytes(StandardCharsets.UTF_8));
        boolean gpu =
                cells.stream()
                        .anyMatch(
                                cell -> cell.compute().device().kind() == ComputeDevice.Kind.CUDA);
        String text = text(run.path(), list, cells.size(), launcher, gpu);
        Storage.writeAtomically(script, text.getBytes(StandardCharsets.UTF_8));
        return script;
    }

    private static String text(Path run, Path list, int tasks, Path launcher, boolean gpu) {
        return """
        #!/bin/bash
        #SBATCH --job-name=cfcql
        #SBATCH --array=1-%d
        #SBATCH --cpus-per-task=1
        #SBATCH --mem=4G
        %s#SBATCH --output=%s/slurm-%%A_%%a.txt
        # On a time limit Slurm sends a signal first: the worker checkpoints and ends.
        #SBATCH --signal=TERM@120
        set -eu
        export %s=%s
        cell=$(sed -n "${SLURM_ARRAY_TASK_ID}p" %s)
        exec %s worker --detached --run %s --cell "$cell"
        """
                .formatted(
                        tasks,
                        gpu ? "#SBATCH --gpus-per-task=1\n" : "",
                        quoted(run),
                        PluginFolders.VARIABLE,
                        quoted(PluginFolders.ofThisProcess().variable()),
                        quoted(list),
                        quoted(launcher),
                        quoted(run));
    }

    private static String quoted(Path path) {
        return quoted(path.toAbsolutePath().toString());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
