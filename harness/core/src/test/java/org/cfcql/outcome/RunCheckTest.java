package org.cfcql.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.cfcql.run.storage.Storage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of a kept run that passes, each test spoils one thing. */
class RunCheckTest {
    private static final Path KEPT = Path.of("../../results/runs");
    private static final String SOUND = "figure1-toy";

    @TempDir Path folder;
    private Path run;
    private Path cell;

    @BeforeEach
    void copySoundRun() throws IOException {
        run = folder.resolve("run");
        try (Stream<Path> files = Files.walk(KEPT.resolve(SOUND))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = run.resolve(KEPT.resolve(SOUND).relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.deleteIfExists(run.resolve("check.json"));
        String id = JsonDocument.read(run.resolve("plan.json")).at("/cells/0/id").asText();
        cell = run.resolve("cells").resolve(id);
        Path lines = cell.resolve("evaluations.jsonl");
        StringBuilder text = new StringBuilder();
        JsonDocument.readLines(lines).forEach(line -> text.append(line).append('\n'));
        Files.writeString(lines, text);
    }

    @Test
    void aSoundRunBreaksNoRule() {
        assertThat(RunCheck.of(run, CheckRule.EDITION).findings()).isEmpty();
    }

    static List<CheckRule> rules() {
        return List.of(CheckRule.values());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRunThatBreaksARuleIsNotTrusted(CheckRule rule) throws IOException {
        spoil(rule);

        assertThat(RunCheck.of(run, CheckRule.EDITION).findings())
                .extracting(finding -> finding.rule())
                .containsOnly(rule);
    }

    private void spoil(CheckRule rule) throws IOException {
        switch (rule) {
            case RESULT -> Files.delete(cell.resolve("result.json"));
            case ROUNDS -> eachFinal(line -> line.put("round", line.path("round").asInt() + 1));
            case EVALUATIONS ->
                    lines(all -> all.stream().filter(line -> !number(line).equals("1")).toList());
            case FINAL_EPISODES -> eachFinal(line -> line.put("episode", 0));
            case START_STATES -> eachFinal(line -> line.put("seed", 7));
            case MONOTONE ->
                    Files.writeString(
                            cell.resolve("metrics.jsonl"), "{\"round\":3}\n{\"round\":2}\n");
            case BUDGET -> edit("result.json", "/ledger/spent", spent -> spent.put("CRITIC", 1));
            case HASHES -> {
                edit("result.json", "", result -> result.put("environmentFingerprint", "?"));
                edit(
                        "cell.json",
                        "/provenance",
                        provenance -> provenance.put("environmentFingerprint", "?"));
            }
            case CLEAN_SOURCES ->
                    edit("cell.json", "/provenance", about -> about.put("gitDirty", true));
            case ONE_PLACE ->
                    edit(
                            "result.json",
                            "",
                            result ->
                                    result.putArray("continuations")
                                            .addObject()
                                            .putArray("differences")
                                            .addObject()
                                            .put("field", "cpu")
                                            .put("after", "other"));
            case ONE_COMMIT ->
                    edit("cell.json", "/provenance", about -> about.put("gitCommit", "0123456789"));
            case SEEDS -> {
                ObjectNode plan = (ObjectNode) JsonDocument.read(run.resolve("plan.json"));
                ArrayNode cells = (ArrayNode) plan.path("cells");
                while (cells.size() > 1) {
                    cells.remove(1);
                }
                Storage.writeJson(run.resolve("plan.json"), plan);
            }
        }
    }

    private static String number(JsonNode line) {
        return line.path("evaluation").asText();
    }

    private void eachFinal(Consumer<ObjectNode> change) throws IOException {
        lines(
                all -> {
                    all.stream()
                            .filter(line -> number(line).equals("final"))
                            .forEach(line -> change.accept((ObjectNode) line));
                    return all;
                });
    }

    private void lines(UnaryOperator<List<JsonNode>> change) throws IOException {
        Path file = cell.resolve("evaluations.jsonl");
        StringBuilder text = new StringBuilder();
        change.apply(new ArrayList<>(JsonDocument.readLines(file)))
                .forEach(line -> text.append(line).append('\n'));
        Files.writeString(file, text);
    }

    private void edit(String name, String where, Consumer<ObjectNode> change) {
        ObjectNode document = (ObjectNode) JsonDocument.read(cell.resolve(name));
        change.accept((ObjectNode) document.at(where));
        Storage.writeJson(cell.resolve(name), document);
    }

    /** What was kept before there were rules keeps its blemishes, and the list of them is right. */
    @Test
    void everyKeptRunSaysWhichRulesItBreaks() throws IOException {
        try (Stream<Path> runs = Files.list(KEPT)) {
            for (Path kept : runs.filter(Files::isDirectory).sorted().toList()) {
                JsonNode stored = JsonDocument.read(kept.resolve("check.json"));
                Map<String, Object> now =
                        RunCheck.of(kept, stored.path("edition").asInt()).summary();
                assertThat(Storage.JSON.<JsonNode>valueToTree(now))
                        .as(kept.toString())
                        .isEqualTo(stored);
            }
        }
    }
}
