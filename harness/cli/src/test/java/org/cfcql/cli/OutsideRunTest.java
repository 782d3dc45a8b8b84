package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.env.bridge.Bridges;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells of learners that are processes of their own, run as users run them. */
class OutsideRunTest {
    private static final String CELL = "__mpe-simple_spread__noise__s0__equal";

    /** Everything a cell leaves that does not tell the time. */
    private static final List<String> NUMBERS =
            List.of(
                    "evaluations.jsonl",
                    "metrics.jsonl",
                    "ledger.json",
                    "result.json",
                    "checkpoint/state.json",
                    "checkpoint/tensors.safetensors");

    private final Bridges bridges = Bridges.at(CheckoutHome.PATH);
    private final Map<String, String> variables = new TreeMap<>();

    @TempDir Path folder;

    @BeforeEach
    void prepare() throws Exception {
        assertThat(bridges.python("numpy")).as("made by make test").isExecutable();
        OutsideGuideTest.python(folder, bridges);
        variables.put("CFCQL_VENVS", bridges.venvs().toString());
    }

    private Ended cfcql(String words) throws Exception {
        return new Guide.Shell(folder).run("cfcql " + words, variables);
    }

    private void experiment(String algorithms, String budget) throws IOException {
        if (!Files.exists(folder.resolve("noise"))) {
            SmallData.write(folder.resolve("noise"), 12);
        }
        Path lying = CheckoutHome.PATH.resolve("env-bridges/tests/lying_learner.py");
        Files.writeString(
                folder.resolve("e.yaml"),
                """
                name: e
                environments: [mpe/simple_spread]
                datasets: [noise]
                algorithms:
                %s
                budget: {%s, batch: 16}
                evaluation: {every: 10, episodes: 2, finalEpisodes: 3}
                """
                        .formatted(algorithms.replace("LYING", lying.toString()), budget));
    }

    private JsonNode json(String cell, String file) throws IOException {
        Path path = folder.resolve("runs/e/cells").resolve(cell + CELL).resolve(file);
        return new ObjectMapper().readTree(path.toFile());
    }

    /** One hang, one crash, one lie and one NaN beside an honest one: each has its own line. */
    @Test
    void learnersThatDoWrongFailTheirOwnCellsOnly() throws Exception {
        variables.put("CFCQL_LEARNER_SECONDS", "20");
        experiment(
                """
                  honest: {command: [python, LYING]}
                  hangs: {command: [python, LYING], lie: hang, after: 12}
                  crashes: {command: [python, LYING], lie: crash, after: 12}
                  counts: {command: [python, LYING], lie: nan, after: 12}
                  spends: {command: [python, LYING], lie: overspend, after: 12}
                """,
                "rounds: 20");
        Ended run = cfcql("run e.yaml");
        assertThat(run.code()).as(run.out()).isEqualTo(1);
        assertThat(run.out()).contains("done    honest" + CELL);
        String[][] expected = {
            {"hangs", "7", "UPDATE took longer than 20000 ms"},
            {"crashes", "7", "ended with status 139 (signal 11) during UPDATE"},
            {"counts", "5", "found NaN as its metric 'loss'"},
            {"spends", "7", "steps {actor=1} for a full update, found {actor=3}"}
        };
        for (String[] one : expected) {
            JsonNode failure = json(one[0], "failure.json");
            assertThat(failure.path("exitCode").asText()).as(one[0]).isEqualTo(one[1]);
            assertThat(failure.path("message").asText())
                    .contains("learner '" + one[0] + "'")
                    .contains(one[2]);
            assertThat(json(one[0], "checkpoint/state.json").path("position").path("round"))
                    .as("the last checkpoint stays")
                    .hasToString("10");
        }
        assertThat(folder.resolve("runs/e/cells/counts" + CELL + "/evidence/tensors.safetensors"))
                .exists();
    }

    @Test
    void killsOfLearnerAndWorkerLeaveTheBytesOfAnUndisturbedRun() throws Exception {
        experiment("  mine: {command: [python, LYING]}\n  ", "rounds: 30");
        assertThat(cfcql("run e.yaml").code()).isZero();
        SortedMap<String, String> quiet = numbers("mine");
        Path cells = folder.resolve("runs/e/cells");
        Files.move(cells, folder.resolve("quiet"));

        for (String victim : List.of("learner", "worker")) {
            String script =
                    """
                    cfcql run e.yaml > log 2>&1 & parent=$!
                    while ! test -s runs/e/cells/*/checkpoint/state.json; do sleep 0.05; done
                    worker=$(pgrep -P $parent | head -1)
                    learner=$(pgrep -P $worker -f lying_learner | head -1)
                    kill -KILL $VICTIM
                    wait $parent || echo "ended $?"
                    cat log
                    """;
            Ended killed = new Guide.Shell(folder).run(script.replace("VICTIM", victim), variables);
            assertThat(killed.out()).as(victim).contains("ended 1").contains("signal 9");
            assertThat(cells.resolve("mine" + CELL + "/result.json")).doesNotExist();
            Ended again = cfcql("run e.yaml");
            assertThat(again.code()).as(again.out()).isZero();
            assertThat(numbers("mine")).as("after the end of the " + victim).isEqualTo(quiet);
            Files.move(cells, folder.resolve("after-" + victim));
        }
    }

    /** Recorded in the process itself, as hashes of the arrays that arrived. */
    @Test
    void aLearnerGetsTheMinibatchesThatTheHarnessGivesItsOwn() throws Exception {
        Path recorded = folder.resolve("recorded");
        experiment(
                "  mine: {command: [python, LYING], record: " + recorded + "}\n  ", "rounds: 12");
        assertThat(cfcql("run e.yaml").code()).isZero();
        List<String> hashes = Files.readAllLines(recorded);
        List<String> own = RecordedBatches.of("bc", folder.resolve("noise"), 16, 12);
        assertThat(hashes).hasSize(own.size() + 1).endsWith(own.toArray(String[]::new));
    }

    @Test
    void aCellIsNotContinuedByAProgramThatHasChanged() throws Exception {
        Path program = folder.resolve("changing.py");
        String text =
                Files.readString(
                        CheckoutHome.PATH.resolve("env-bridges/examples/linear_cloning.py"));
        Files.writeString(program, text);
        experiment("  mine: {command: [python, changing.py]}\n  ", "rounds: 10");
        assertThat(cfcql("run e.yaml").code()).isZero();
        Files.delete(folder.resolve("runs/e/cells/mine" + CELL + "/result.json"));
        Files.writeString(program, text + "# another\n");
        assertThat(cfcql("run e.yaml").code()).isEqualTo(1);
        assertThat(json("mine", "failure.json").path("message").asText())
                .contains("found one of other conditions: settings.learner.files");
        Ended eval = cfcql("eval runs/e/cells/mine" + CELL + " --episodes 2");
        assertThat(eval.code()).isEqualTo(2);
        assertThat(eval.out()).contains("expected mine.learner.files to be");
        Ended export = cfcql("export runs/e/cells/mine" + CELL + " --out x.safetensors");
        assertThat(export.code()).isEqualTo(2);
        assertThat(export.out().lines()).hasSize(1);
    }

    @Test
    void wholeEpisodesWithMasksAreLearnedAndPlayedWithMemory() throws Exception {
        Path program = CheckoutHome.PATH.resolve("env-bridges/examples/masked_cloning.py");
        String script =
                """
                cfcql data collect equal_line/3 --policy uniform --episodes 20 --out line
                cfcql data collect toy/consensus-3 --policy uniform --episodes 60 --out places
                cfcql run d.yaml
                cfcql eval runs/d/cells/mine__equal_line-3__line__s0__equal --episodes 3 --json
                """;
        Files.writeString(
                folder.resolve("d.yaml"),
                """
                name: d
                environments: [equal_line/3, toy/consensus-3]
                datasets: [line, places]
                algorithms:
                  mine: {command: [python, %s], decay: 0.25}
                budget: {gradientSteps: 20, batch: 8}
                evaluation: {every: 10, episodes: 2, finalEpisodes: 3}
                """
                        .formatted(program));
        Ended ended = new Guide.Shell(folder).run(script, variables);
        assertThat(ended.code()).as(ended.out()).isZero();
        assertThat(ended.out())
                .contains("done    mine__equal_line-3__line__s0__equal")
                .contains("done    mine__toy-consensus-3__places__s0__equal")
                .contains("actor 20/20 batch 20/20");
        Path result =
                folder.resolve("runs/d/cells/mine__equal_line-3__line__s0__equal/result.json");
        String mean =
                new ObjectMapper().readTree(result.toFile()).path("final").path("mean").asText();
        assertThat(ended.out()).as("the same episodes again").contains("\"mean\" : " + mean);
    }

    private SortedMap<String, String> numbers(String cell) throws Exception {
        SortedMap<String, String> hashes = new TreeMap<>();
        for (String file : NUMBERS) {
            Path path = folder.resolve("runs/e/cells").resolve(cell + CELL).resolve(file);
            byte[] bytes = Files.readAllBytes(path);
            hashes.put(
                    file,
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
        return hashes;
    }
}
