package org.cfcql.cli.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cfcql.run.folder.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlurmScriptTest {
    @TempDir Path folder;

    @Test
    void theArrayHasOneTaskPerCellAndRunsDetachedWorkers() throws Exception {
        Path launcher = folder.resolve("it's").resolve("cfcql");
        Path script =
                SlurmScript.write(
                        new RunFolder(folder),
                        List.of(
                                LocalExecutorTest.cell("a", "cpu"),
                                LocalExecutorTest.cell("b", "cpu")),
                        launcher);
        String text = Files.readString(script);
        assertThat(text)
                .startsWith("#!/bin/bash\n#SBATCH")
                .contains("#SBATCH --array=1-2\n")
                .contains("worker --detached --run '" + folder + "'")
                .doesNotContain("--gpus-per-task");
        assertThat(Files.readAllLines(folder.resolve("slurm-cells.txt"))).containsExactly("a", "b");
        assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor())
                .as("the shell can parse the script")
                .isZero();
    }

    @Test
    void aGpuIsAskedForWhereTheDeviceIsOne() throws IOException {
        Path script =
                SlurmScript.write(
                        new RunFolder(folder),
                        List.of(LocalExecutorTest.cell("a", "cuda:0")),
                        folder.resolve("c"));
        assertThat(Files.readString(script)).contains("#SBATCH --gpus-per-task=1\n");
    }
}
