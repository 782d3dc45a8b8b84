package org.cfcql.run.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.run.CellRunnerTest;
import org.cfcql.run.ExperimentTest;
import org.cfcql.run.FakeServices;
import org.cfcql.run.Preflight;
import org.cfcql.run.cell.CellRunner;
import org.cfcql.run.experiment.Experiment;
import org.cfcql.run.experiment.ExperimentReader;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.storage.WritePoints;
import org.cfcql.run.training.CellProgress;
import org.cfcql.run.training.RunOptions;
import org.cfcql.run.training.StopSignal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cell trusts none of its own files: damage is refused by name, or leaves the same bytes. */
class StoredCellTest {
    @TempDir private Path root;
    private RunFolder run;
    private Cell cell;
    private CellFolder files;

    @BeforeEach
    void plan() {
        Experiment experiment =
                ExperimentReader.parse(
                        ExperimentTest.TEXT,
                        "trial",
                        List.of(
                                "algorithms={fake-pretrained: {}}",
                                "budget.rounds=6",
                                "seeds=[0]"));
        run = new RunFolder(root.resolve("run"));
        run.prepare(experiment, Preflight.plan(experiment, FakeServices.create()));
        cell = run.plan().cells().get(0);
        files = run.cell(cell.id());
    }

    /** A JSON value set in a file of a cell that is done, and a word of what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "result.json | /score | 1e9 | score",
                "result.json | /score | null | finite score",
                "result.json | /score | \"12\" | finite score",
                "result.json | /cell | \"another\" | found one of \"another\"",
                "result.json | /cell | null | found one of null",
                "result.json | /seed | 7 | seed",
                "result.json | /algorithm | \"bc\" | algorithm",
                "result.json | /rounds | 60 | rounds",
                "result.json | /datasetHash | \"0000\" | datasetHash",
                "result.json | /environmentFingerprint | \"other\" | environmentFingerprint",
                "result.json | /best | 1e9 | best",
                "result.json | /tail/mean | -5 | tail.mean",
                "result.json | /final/episodes | 3 | episodes of the final evaluation",
                "result.json | /ledger | null | ledger",
                "result.json | /ledger/spent/CRITIC | 1000000 | CRITIC",
                "result.json | /ledger/spent/CRITIC | -1 | CRITIC",
                "result.json | /ledger/spent/CRITIC | 1 | ledger.json",
                "result.json | /schema | \"1\" | schema",
                "result.json | /schema | 1.0 | schema",
                "result.json | /schema | 99 | newer cfcql",
                "cell.json | /dataset/hash | \"0000\" | datasetHash",
                "cell.json | /id | \"another\" | cell.json",
                "cell.json | /provenance/environmentFingerprint | \"x\" | environmentFingerprint",
                "ledger.json | /spent/ACTOR | 0 | ledger.json"
            })
    void aChangedValueOfADoneCellIsNamed(String file, String at, String value, String said)
            throws IOException {
        train(files);
        set(files.path().resolve(file), at, value);
        assertRefused(said);
    }

    @ParameterizedTest
    @CsvSource({"result.json", "cell.json", "ledger.json", "evaluations.jsonl"})
    void aDoneCellWithACutOrUnreadableFileIsNamed(String file) throws IOException {
        train(files);
        Path damaged = files.path().resolve(file);
        byte[] whole = Files.readAllBytes(damaged);
        Files.write(damaged, Arrays.copyOf(whole, whole.length / 2));
        assertRefused("delete ");
        Files.writeString(damaged, "null\n");
        assertRefused("delete ");
        byte[] notText = whole.clone();
        notText[whole.length / 3] = (byte) 0xFF;
        Files.write(damaged, notText);
        assertRefused("delete ");
    }

    @Test
    void aChangedScoreOfAnyEvaluationOfADoneCellIsNamed() throws IOException {
        train(files);
        List<String> lines = Files.readAllLines(files.evaluations());
        for (int index : new int[] {0, lines.size() - 1}) {
            List<String> changed = new ArrayList<>(lines);
            ObjectNode line = (ObjectNode) Storage.JSON.readTree(lines.get(index));
            line.put("score", 77.0);
            changed.set(index, line.toString());
            Files.write(files.evaluations(), changed);
            assertRefused("evaluations.jsonl");
        }
        Files.delete(files.evaluations());
        assertRefused("episodes of the final evaluation");
    }

    private void assertRefused(String said) {
        assertThatThrownBy(() -> files.done(cell))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(said)
                .hasMessageNotContaining("\n");
        assertThat(CellStatus.read(cell, files).state()).isEqualTo(CellStatus.State.DAMAGED);
    }

    /** A JSON value set in the state of a stopped cell: one byte may not become another run. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/position/round | 5 | hash",
                "/position/evaluations | 0 | hash",
                "/position | null | missing",
                "/spent/CRITIC | 0 | hash",
                "/spent/CRITIC | 99999 | hash",
                "/spent/CRITIC | -3 | hash",
                "/spent | {} | hash",
                "/streams | {} | hash",
                "/streams/sampler/key | \"zz\" | hash",
                "/streams/sampler | null | missing",
                "/optimisers/critic/learningRate | 0.9 | hash",
                "/optimisers | {} | hash",
                "/files/metrics.jsonl/bytes | 1 | hash",
                "/files/evaluations.jsonl/sha256 | \"\" | hash",
                "/files | {} | hash",
                "/datasetHash | \"0000\" | hash",
                "/environmentFingerprint | \"other\" | hash",
                "/cell | \"another\" | hash",
                "/sha256 | \"\" | hash",
                "/tensorsSha256 | null | missing",
                "/conditions/settings.alpha | \"0.7\" | hash",
                "/conditions | {} | hash",
                "/conditions | null | missing",
                "/places | null | missing",
                "/places/continuations | [{}] | parse",
                "/places/now | {} | hash",
                "/schema | 1 | missing",
                "/schema | 2 | missing",
                "/schema | 3 | missing",
                "/schema | null | missing",
                "/schema | \"two\" | parse",
                "/schema | 99 | newer cfcql"
            })
    void aChangedValueOfACheckpointIsRefused(String at, String value, String said)
            throws IOException {
        stop(files);
        set(files.checkpoint().resolve("state.json"), at, value);
        assertThatThrownBy(() -> train(files))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({"null", "[]", "{}", "7", "''"})
    void aStateOfAnotherKindIsRefused(String content) throws IOException {
        stop(files);
        Files.writeString(files.checkpoint().resolve("state.json"), content);
        assertThatThrownBy(() -> train(files))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("delete " + files.path());
    }

    /** Counters that a state without hashes can be caught by. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/position/round | 2 | units of BATCH",
                "/position/round | 600 | position",
                "/position/evaluations | 0 | evaluations in",
                "/spent/CRITIC | 1 | units of CRITIC",
                "/spent/CRITIC | 0 | units of CRITIC",
                "/spent/ACTOR | 0 | units of ACTOR",
                "/spent/AUXILIARY_BATCH | 0 | units of AUXILIARY_BATCH",
                "/spent/ACTOR | -3 | negative",
                "/streams | {} | random stream 'sampler'",
                "/streams/sampler/key | \"zz\" | no number",
                "/files/metrics.jsonl | -4 | negative"
            })
    void aStateOfTheFirstVersionIsHeldToItsOwnCounts(String at, String value, String said)
            throws IOException {
        stop(files);
        asFirstVersion(files.checkpoint().resolve("state.json"));
        set(files.checkpoint().resolve("state.json"), at, value);
        assertThatThrownBy(() -> train(files))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(said);
    }

    @Test
    void aLaterVersionThatCallsItselfTheFirstIsStillHeldToItsHash() throws IOException {
        stop(files);
        Path state = files.checkpoint().resolve("state.json");
        asSecondVersion(state);
        set(state, "/schema", "1");
        assertThatThrownBy(() -> train(files))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("hash");
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void aCheckpointOfAnEarlierVersionIsContinuedToTheSameResult(int version) throws IOException {
        CellFolder undisturbed = new CellFolder(root.resolve("undisturbed").resolve(cell.id()));
        train(undisturbed);
        stop(files);
        Path state = files.checkpoint().resolve("state.json");
        if (version == 1) {
            asFirstVersion(state);
        } else {
            asSecondVersion(state);
        }
        train(files);
        ObjectNode result = (ObjectNode) Storage.JSON.readTree(files.result().toFile());
        assertThat(result.remove("continuations")).as("of another build").hasSize(1);
        Storage.writeJson(files.result(), result);
        assertThat(numbers(files)).isEqualTo(numbers(undisturbed));
    }

    /** All files but the state, which says where the cell was trained. */
    private static SortedMap<String, String> numbers(CellFolder of) throws IOException {
        SortedMap<String, String> content = CellRunnerTest.content(of.path());
        assertThat(content.remove("checkpoint/state.json")).isNotNull();
        return content;
    }

    /** A field of the planned cell that its id does not say, and what names the difference. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/settings/alpha | 0.7 | settings.alpha",
                "/batch | 77 | budget.batch",
                "/evaluation/every | 4 | evaluation.every",
                "/evaluation/episodes | 1 | evaluation.episodes",
                "/evaluation/finalEpisodes | 1 | evaluation.finalEpisodes",
                "/evaluation/startStates | \"fixed10\" | startStates",
                "/criticPerActor | 9 | criticPerActor",
                "/kernels | \"off\" | kernels",
                "/precision | \"FLOAT64\" | precision",
                "/replay | \"replayed\" | replay.rng",
                "/environment/options | {\"players\": 4} | environment.options"
            })
    void anotherCellOfTheSameIdNeitherContinuesNorHasTheResult(String at, String value, String said)
            throws IOException {
        Cell first = cell;
        Cell other = changed(at, value);
        stop(files);
        cell = other;
        assertThatThrownBy(() -> train(files))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(said);
        cell = first;
        train(files);
        assertThat(files.done(first)).isTrue();
        if (!at.equals("/criticPerActor")) {
            cell = other;
            assertRefused(said);
        }
    }

    private Cell changed(String at, String value) throws IOException {
        Path plan = root.resolve("other-plan.json");
        Files.copy(run.planFile(), plan);
        ObjectNode root = (ObjectNode) Storage.JSON.readTree(plan.toFile());
        int cut = at.lastIndexOf('/');
        ((ObjectNode) root.at("/cells/0" + at.substring(0, cut)))
                .set(at.substring(cut + 1), Storage.JSON.readTree(value));
        Storage.writeJson(plan, root);
        return StoredPlan.read(plan).cells().get(0);
    }

    @ParameterizedTest
    @CsvSource({"metrics.jsonl", "evaluations.jsonl"})
    void aByteThatChangesAfterACheckpointIsNotedBeforeTheCellIsCalledDone(String name) {
        WritePoints changing =
                point -> {
                    if (point.equals("evaluation final")) {
                        overwrite(files.path().resolve(name));
                    }
                };
        assertThatThrownBy(() -> train(files, new StopSignal(), changing))
                .isInstanceOf(MachineFault.class)
                .hasMessageContaining(name)
                .hasMessageContaining("found others");
        assertThat(files.result()).doesNotExist();
    }

    private static void overwrite(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'['}), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @CsvSource({"metrics.jsonl", "evaluations.jsonl"})
    void aChangedByteOfAnAppendedFileIsRefusedOnResume(String name) throws IOException {
        stop(files);
        Path file = files.path().resolve(name);
        String text = Files.readString(file);
        Files.writeString(file, text.replaceFirst("\\d", "9"));
        assertThat(Files.readString(file)).isNotEqualTo(text);
        assertThatThrownBy(() -> train(files))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(name + " as its checkpoint knows them")
                .hasMessageContaining("delete " + files.path());
        Files.writeString(file, text + "{\"torn");
        train(files);
    }

    @Test
    void filesThatAreDeletedWhileTheCellRunsAreNotedBeforeItIsCalledDone() throws IOException {
        for (String name :
                List.of("metrics.jsonl", "evaluations.jsonl", "cell.json", "checkpoint")) {
            CellFolder target = new CellFolder(root.resolve(name).resolve(cell.id()));
            WritePoints deleting =
                    point -> {
                        if (point.equals("evaluation final")) {
                            Storage.deleteTree(target.path().resolve(name));
                        }
                    };
            assertThatThrownBy(() -> train(target, new StopSignal(), deleting))
                    .isInstanceOf(MachineFault.class)
                    .hasMessageContaining(name);
            assertThat(target.result()).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'null' | null",
                "'[]' | does not parse",
                "'{}' | schema null",
                "'{\"schema\": \"1\", \"experiment\": \"x\", \"cells\": []}' | schema 1",
                "'{\"schema\": 1.0, \"experiment\": \"x\", \"cells\": []}' | schema 1.0",
                "'{\"schema\": 1, \"experiment\": \"x\", \"cells\": null}' | no cells",
                "'{\"schema\": 1, \"experiment\": \"x\", \"cells\": [null]}' | without id",
                "'{\"schema\": 1, \"experiment\": \"x\", \"cells\": [7]}' | does not parse"
            })
    void aPlanOfAnotherKindIsRefused(String content, String said) throws IOException {
        Files.writeString(run.planFile(), content);
        assertPlanRefused(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/cells/0/environment | null | missing",
                "/cells/0/evaluation | null | missing",
                "/cells/0/settings | null | does not parse",
                "/cells/0/track | null | missing",
                "/cells/0/evaluation/every | 0 | lengths below one",
                "/cells/0/rounds | -1 | lengths below one",
                "/cells/0/rounds | null | lengths below one",
                "/cells/0/rounds | 1e30 | does not parse",
                "/cells/0/batch | 0 | lengths below one",
                "/cells/0/scale | 7 | does not parse",
                "/cells/0/id | \"../../x\" | leads elsewhere",
                "/cells/0/id | \"\" | leads elsewhere"
            })
    void aPlanWithACellThatCannotBeRunIsRefused(String at, String value, String said)
            throws IOException {
        set(run.planFile(), at, value);
        assertPlanRefused(said);
    }

    private void assertPlanRefused(String said) {
        assertThatThrownBy(run::plan)
                .isInstanceOf(UserError.class)
                .hasMessageContaining(said)
                .hasMessageNotContaining("\n");
    }

    private void train(CellFolder target) {
        train(target, new StopSignal(), WritePoints.SILENT);
    }

    private void train(CellFolder target, StopSignal stop, WritePoints points) {
        RunOptions options = new RunOptions(stop, CellProgress.SILENT, Duration.ofDays(1), points);
        createFolder(target.path());
        CellProvenance provenance =
                new CellProvenance("test", Path.of("no-checkout"), LibTorchRuntime.initialise(1));
        try (CellRunner runner =
                new CellRunner(cell, target, provenance, FakeServices.create(), options)) {
            runner.run();
        }
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Stops after the second evaluation. */
    private void stop(CellFolder target) {
        StopSignal stop = new StopSignal();
        train(
                target,
                stop,
                point -> {
                    if (point.equals("evaluation 1")) {
                        stop.request();
                    }
                });
        assertThat(target.checkpoint()).exists();
        assertThat(target.result()).doesNotExist();
    }

    /** What a state looked like before it had hashes. */
    private static void asFirstVersion(Path state) throws IOException {
        ObjectNode root = (ObjectNode) Storage.JSON.readTree(state.toFile());
        root.put("schema", 1);
        root.remove("sha256");
        root.remove("conditions");
        root.remove("places");
        ObjectNode lengths = Storage.JSON.createObjectNode();
        root.path("files")
                .properties()
                .forEach(file -> lengths.set(file.getKey(), file.getValue().path("bytes")));
        root.set("files", lengths);
        Storage.writeJson(state, root);
    }

    /** What a state looked like before it said under which conditions it was trained. */
    private static void asSecondVersion(Path state) throws IOException {
        ObjectNode root = (ObjectNode) Storage.JSON.readTree(state.toFile());
        root.put("schema", 2);
        root.remove("conditions");
        root.remove("places");
        Storage.writeJson(state, Storage.JSON.treeToValue(root, CheckpointState.class).sealed());
        assertThat(Storage.JSON.readTree(state.toFile()).has("conditions")).isFalse();
    }

    private static void set(Path file, String at, String value) throws IOException {
        JsonNode root = Storage.JSON.readTree(file.toFile());
        int cut = at.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) root.at(at.substring(0, cut));
        assertThat(parent.has(at.substring(cut + 1))).as(at + " in " + file).isTrue();
        parent.set(at.substring(cut + 1), Storage.JSON.readTree(value));
        Files.writeString(file, Storage.JSON.writeValueAsString(root) + "\n");
    }
}
