package org.cfcql.cli.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Track;
import org.cfcql.run.Cell;
import org.cfcql.run.Experiment.EnvironmentChoice;
import org.cfcql.run.RunFolder;
import org.cfcql.tensor.Precision;
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
                        List.of(cell("a", "cpu"), cell("b", "cpu")),
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
                        new RunFolder(folder), List.of(cell("a", "cuda:0")), folder.resolve("c"));
        assertThat(Files.readString(script)).contains("#SBATCH --gpus-per-task=1\n");
    }

    private static Cell cell(String id, String device) {
        return new Cell(
                id,
                "bc",
                "",
                new TreeMap<>(),
                new EnvironmentChoice("mpe/simple_spread", new TreeMap<>()),
                Branch.CONTINUOUS,
                "data",
                "data",
                0,
                Track.EQUAL,
                1,
                1,
                5,
                new Cell.EvaluationProtocol(1, 1, 1, "independent"),
                "independent",
                device,
                Precision.FLOAT32);
    }
}
