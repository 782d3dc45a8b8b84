package org.cfcql.cli.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.cfcql.error.UserError;
import org.cfcql.run.folder.RunFolder;
import org.cfcql.run.plan.Cell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for each engine, and how a shell reads it. */
class EngineTest {
    private static final Map<String, String> VARIABLES = Map.of("CFCQL_VENVS", "/the/venvs");
    private static final JobShape PLAIN = shape(1, 1, 1000, OptionalInt.empty(), Map.of(), "");

    @TempDir Path folder;
    private RunFolder run;
    private Path launcher;

    /** A launcher that only says how it was called, in a folder with a quote and a space. */
    @BeforeEach
    void aRecordingLauncher() throws IOException {
        run = new RunFolder(Files.createDirectory(folder.resolve("a run")));
        launcher = Files.createDirectory(folder.resolve("it's")).resolve("cfcql");
        Files.writeString(
                launcher, "#!/bin/sh\nprintf '%s|' \"$CFCQL_VENVS\" \"$@\"\nexit ${STATUS:-0}\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
    }

    private static JobShape shape(
            int perTask,
            int atATime,
            int limit,
            OptionalInt throttle,
            Map<String, String> passed,
            String setup) {
        return new JobShape(perTask, atATime, limit, throttle, "4G", passed, setup);
    }

    private static List<Cell> cells(int count) {
        return IntStream.range(0, count)
                .mapToObj(index -> LocalExecutorTest.cell("c" + index, "cpu"))
                .toList();
    }

    private List<Path> write(Engine engine, List<Cell> cells, JobShape shape) {
        return engine.write(run, cells, launcher, shape, VARIABLES).stream()
                .map(words -> Path.of(words.get(words.size() - 1)))
                .toList();
    }

    private static String output(int status, Map<String, String> variables, String... words)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(status);
        return output;
    }

    @Test
    void twelveHundredCellsUnderACapOfAThousandAreTwoArraysWithEveryCellOnce() throws IOException {
        List<Cell> cells = cells(1200);
        List<Path> scripts = write(Engine.SLURM, cells, PLAIN);
        assertThat(scripts).hasSize(2);
        assertThat(scripts.get(0)).content().contains("#SBATCH --array=0-999\n");
        assertThat(scripts.get(1)).content().contains("#SBATCH --array=0-199\n");
        List<String> listed = new ArrayList<>();
        for (int job = 1; job <= 2; job++) {
            Path list = run.path().resolve("jobs/1/tasks-" + job + ".txt");
            new TaskList(list).tasks().forEach(listed::addAll);
        }
        assertThat(listed).containsExactlyElementsOf(cells.stream().map(Cell::id).toList());
    }

    @Test
    void aSecondSubmissionChangesNothingThatWaitingTasksRead() throws IOException {
        Path first = write(Engine.SLURM, cells(3), PLAIN).get(0);
        Path list = first.resolveSibling("tasks-1.txt");
        String script = Files.readString(first);
        List<Path> second = write(Engine.SLURM, cells(2), PLAIN);
        assertThat(second).containsExactly(run.path().resolve("jobs/2/slurm-1.sh"));
        assertThat(first).hasContent(script);
        assertThat(list).hasContent("c0\nc1\nc2\n");
    }

    @Test
    void optionsOfSlurmArePassedThroughAndATaskIsGivenWhatItsCellsNeed() throws Exception {
        Map<String, String> passed = new LinkedHashMap<>();
        passed.put("time", "2-00:00:00");
        passed.put("partition", "long,short");
        passed.put("gres", "gpu:a100:1");
        JobShape shape =
                shape(4, 2, 1000, OptionalInt.of(16), passed, "module load java/17\nexport X=1");
        Path script = write(Engine.SLURM, cells(10), shape).get(0);
        assertThat(script)
                .content()
                .startsWith("#!/bin/bash\n#SBATCH --job-name=cfcql-")
                .contains("#SBATCH --array=0-2%16\n")
                .contains("#SBATCH --cpus-per-task=2\n")
                .contains("#SBATCH --signal=B:TERM@120\n")
                .contains("#SBATCH --requeue\n")
                .contains("#SBATCH --open-mode=append\n")
                .contains("#SBATCH --output='" + run.path() + "/jobs/1/task-%A_%a.txt'\n")
                .contains("#SBATCH --time=2-00:00:00\n#SBATCH --partition=long,short\n")
                .contains("#SBATCH --gres=gpu:a100:1\n")
                .contains("\nmodule load java/17\nexport X=1\n");
        assertThat(script.resolveSibling("tasks-1.txt"))
                .hasContent("c0 c1 c2 c3\nc4 c5 c6 c7\nc8 c9\n");
        List<Cell> card = List.of(LocalExecutorTest.cell("a", "cuda:0"));
        assertThat(write(Engine.SLURM, card, PLAIN).get(0))
                .content()
                .contains("#SBATCH --gres=gpu:1\n");
    }

    @Test
    void aShellReadsTheScriptAsMeantAndEndsAsTheWorkerDid() throws Exception {
        Path script = write(Engine.SLURM, cells(2), PLAIN).get(0);
        Map<String, String> slurm =
                Map.of("SLURM_ARRAY_JOB_ID", "7", "SLURM_ARRAY_TASK_ID", "1", "STATUS", "6");
        assertThat(output(6, slurm, "bash", script.toString()))
                .contains("task 7_1, restarted 0 times")
                .contains(
                        "/the/venvs|worker|--detached|--run|"
                                + run.path()
                                + "|--workers|1|--list|"
                                + run.path()
                                + "/jobs/1/tasks-1.txt|--task|1|")
                .contains("ended with 6");
    }

    /** Slurm's commands are scripts here that write down that they were called. */
    @Test
    void aTaskThatItsTimeLimitStoppedIsQueuedAgainAndACancelledOneIsNot() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path requeued = folder.resolve("requeued");
        Files.writeString(bin.resolve("squeue"), "#!/bin/sh\necho $STATE\n");
        Files.writeString(bin.resolve("scontrol"), "#!/bin/sh\necho \"$@\" >> " + requeued + "\n");
        Files.writeString(
                launcher,
                "#!/bin/bash\n"
                        + "trap 'sleep 0.2; echo checkpoint; exit 143' TERM\n"
                        + "kill -TERM $PPID\nwhile :; do sleep 0.05; done\n");
        for (String tool : List.of("squeue", "scontrol")) {
            assertThat(bin.resolve(tool).toFile().setExecutable(true)).isTrue();
        }
        Path script = write(Engine.SLURM, cells(1), PLAIN).get(0);
        Map<String, String> slurm = new LinkedHashMap<>();
        slurm.put("SLURM_ARRAY_JOB_ID", "7");
        slurm.put("SLURM_ARRAY_TASK_ID", "0");
        slurm.put("PATH", bin + ":" + System.getenv("PATH"));
        slurm.put("STATE", "COMPLETING");
        assertThat(output(143, slurm, "bash", script.toString())).contains("checkpoint");
        assertThat(requeued).doesNotExist();
        slurm.put("STATE", "RUNNING");
        assertThat(output(143, slurm, "bash", script.toString()))
                .contains("checkpoint")
                .contains("is queued again");
        assertThat(requeued).hasContent("requeue 7_0\n");
    }

    @Test
    void everyLineOfAListIsACallThatXargsAndAShellUnderstand() throws Exception {
        Path list = write(Engine.LIST, cells(2), PLAIN).get(0);
        String called = "/the/venvs|worker|--detached|--run|" + run.path() + "|--cell|";
        assertThat(output(0, Map.of(), "bash", list.toString()))
                .isEqualTo(called + "c0|" + called + "c1|");
        String[] xargs = {
            "xargs",
            "--arg-file",
            list.toString(),
            "--delimiter",
            "\\n",
            "-n",
            "1",
            "sh",
            "-c",
            "eval \"$0\""
        };
        assertThat(output(0, Map.of(), xargs)).isEqualTo(called + "c0|" + called + "c1|");
    }

    @Test
    void anIndexedJobRetriesWhatCanEndOtherwiseAndNothingElse() throws Exception {
        JobShape shape = shape(2, 2, 1000, OptionalInt.of(3), Map.of(), "");
        Path file = write(Engine.KUBERNETES, cells(9), shape).get(0);
        JsonNode spec = new YAMLMapper().readTree(file.toFile()).path("spec");
        assertThat(spec.path("completionMode").asText()).isEqualTo("Indexed");
        assertThat(spec.path("completions").asInt()).isEqualTo(5);
        assertThat(spec.path("parallelism").asInt()).isEqualTo(3);
        assertThat(spec.path("backoffLimitPerIndex").asInt()).isEqualTo(3);
        JsonNode rules = spec.path("podFailurePolicy").path("rules");
        assertThat(rules.get(0).path("action").asText()).isEqualTo("Ignore");
        assertThat(rules.get(0).path("onPodConditions").get(0).path("type").asText())
                .isEqualTo("DisruptionTarget");
        assertThat(rules.get(1).path("action").asText()).isEqualTo("FailIndex");
        assertThat(rules.get(1).path("onExitCodes").path("values").toString())
                .isEqualTo("[2,5,70]");
        JsonNode container = spec.path("template").path("spec").path("containers").get(0);
        assertThat(container.path("resources").toString())
                .isEqualTo("{\"limits\":{\"cpu\":\"2\",\"memory\":\"4G\"}}");
        List<String> command = new ArrayList<>();
        container.path("command").forEach(word -> command.add(word.asText()));
        assertThat(output(0, Map.of("JOB_COMPLETION_INDEX", "4"), command.toArray(String[]::new)))
                .startsWith("/the/venvs|worker|--detached|")
                .endsWith("/jobs/1/tasks-1.txt|--task|4|");
    }

    @Test
    void aSubmitDescriptionQueuesEveryTaskAndEndsTheOnesThatCannotSucceed() throws Exception {
        JobShape shape = shape(1, 1, 1000, OptionalInt.of(8), Map.of(), "export Y=1");
        Path file = write(Engine.HTCONDOR, cells(3), shape).get(0);
        Path program = file.resolveSibling("htcondor-task.sh");
        assertThat(file)
                .content()
                .contains("arguments = \"'" + program + "' $(Process)\"\n")
                .contains("should_transfer_files = NO\n")
                .contains("request_cpus = 1\nrequest_memory = 4G\nkill_sig = SIGTERM\n")
                .contains("job_max_vacate_time = 120\nmax_retries = 3\n")
                .contains("ExitCode == 2 || ExitCode == 5 || ExitCode == 70\n")
                .endsWith("max_materialize = 8\nqueue 3\n");
        assertThat(output(0, Map.of(), "bash", program.toString(), "2"))
                .startsWith("/the/venvs|worker|")
                .endsWith("--task|2|");
    }

    @Test
    void codesThatEndATaskForGoodAreThoseOfThePage() throws IOException {
        List<Integer> never =
                Files.readAllLines(Path.of("../..", "docs", "exit-codes.md")).stream()
                        .filter(line -> line.matches("\\| \\d+ \\| no \\|.*"))
                        .map(line -> Integer.valueOf(line.split("\\|")[1].strip()))
                        .toList();
        assertThat(KubernetesJob.FINAL_CODES).isEqualTo(never);
    }

    @Test
    void sizesBelowOneAndOptionsOfSeveralWordsAreRefused() {
        assertThatThrownBy(() -> shape(0, 1, 1, OptionalInt.empty(), Map.of(), ""))
                .isInstanceOf(UserError.class)
                .hasMessage("expected --cells-per-task of at least 1, found 0");
        Map<String, String> lines = Map.of("account", "a\n#SBATCH --uid=0");
        assertThatThrownBy(() -> shape(1, 1, 1, OptionalInt.empty(), lines, ""))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected --account to be one word");
    }
}
