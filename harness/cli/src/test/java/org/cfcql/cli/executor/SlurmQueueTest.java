package org.cfcql.cli.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.cfcql.run.folder.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue as {@code squeue} prints it; that Slurm's does is shown by make slurm-test. */
class SlurmQueueTest {
    @TempDir Path folder;

    private RunFolder run() {
        RunFolder run = new RunFolder(folder);
        Engine.SLURM.write(
                run,
                List.of(
                        LocalExecutorTest.cell("a", "cpu"),
                        LocalExecutorTest.cell("b", "cpu"),
                        LocalExecutorTest.cell("c", "cpu")),
                folder.resolve("cfcql"),
                new JobShape(2, 1, 1000, OptionalInt.empty(), "4G", Map.of(), ""),
                Map.of());
        return run;
    }

    private List<String> saying(String script) throws Exception {
        return List.of("sh", Files.writeString(folder.resolve("squeue"), script).toString());
    }

    @Test
    void cellsOfTasksThatWaitOrRunAreFoundByTheNameOfTheirJob() throws Exception {
        RunFolder run = run();
        List<String> squeue =
                saying(
                        """
                        name=$(echo "$*" | sed 's/.*--name=\\([^ ]*\\) .*/\\1/')
                        echo "$name|0|COMPLETING|7_0|None"
                        echo "$name|1|PENDING|7_1|Resources"
                        echo "$name|2|PENDING|7_2|of no such task"
                        echo "somebody-else|0|RUNNING|8_0|None"
                        echo "a line of something else"
                        """);
        SlurmQueue queue = SlurmQueue.of(run, squeue);
        assertThat(queue.note()).isEmpty();
        assertThat(queue.tasks())
                .isEqualTo(Map.of("c", new SlurmQueue.Task("7_1", "PENDING", "Resources")));
    }

    @Test
    void aQueueThatCannotBeReadIsSaidAndOfARunWithoutArraysNotAsked() throws Exception {
        RunFolder other = new RunFolder(folder.resolve("other"));
        assertThat(SlurmQueue.of(other, List.of("no-such-command")).note()).isEmpty();
        RunFolder run = run();
        assertThat(SlurmQueue.of(run, List.of("no-such-command")).note())
                .isEqualTo(
                        "the queue of Slurm cannot be read: there is no command no-such-command"
                                + " here");
        assertThat(SlurmQueue.of(run, saying("echo 'slurm_load_jobs error' >&2; exit 1")).note())
                .endsWith("slurm_load_jobs error");
    }
}
