package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.env.bridge.BridgeProvider;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.run.storage.Storage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that an older version wrote are read and continued; those of a newer one are refused. */
@ExtendWith(CheckoutHome.class)
class RecordedFilesTest {
    private static final Path RECORDED = Path.of("src/test/resources/recorded").toAbsolutePath();
    private static final String STOPPED = "run/cells/bc__mpe-simple_spread__tiny__s0__equal";
    private static final String DONE = "run/cells/bc__mpe-simple_spread__tiny__s1__equal";
    private static final String TOY =
            "toyrun/cells/cfcql__toy-consensus-3__toy__s0__equal-scale0.006";
    private static final String MODEL = "toyrun/models/recurrent-behaviour-313b69888361954c";

    @TempDir Path folder;

    @BeforeEach
    void copy() throws IOException {
        Files.walkFileTree(
                RECORDED,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Path copied = folder.resolve(RECORDED.relativize(file).toString());
                        Files.createDirectories(copied.getParent());
                        Files.copy(file, copied);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    @Test
    void theStatusOfAnOldRunFolderIsKnown() {
        Ended status = Ended.of("status", folder.resolve("run").toString());
        assertThat(status.code()).as(status.err()).isZero();
        assertThat(status.out())
                .containsPattern("stopped bc__mpe-simple_spread__tiny__s0__equal +100 of 400")
                .containsPattern(
                        "done +bc__mpe-simple_spread__tiny__s1__equal +400 of 400, score 206");
    }

    @Test
    void anOldRunFolderIsReportedWithTheScoreOfThen() throws IOException {
        Ended report =
                Ended.of(
                        "report",
                        folder.resolve("run").toString(),
                        "--out",
                        folder.resolve("report").toString());
        assertThat(report.code()).as(report.err()).isZero();
        List<String> before = Files.readAllLines(folder.resolve("scores.csv"));
        List<String> lines = Files.readAllLines(folder.resolve("report/scores.csv"));
        assertThat(lines).hasSize(2).isSubsetOf(before);
    }

    @Test
    void oldScoresAreSummarised() {
        Ended stats = Ended.of("stats", folder.resolve("scores.csv").toString());
        assertThat(stats.code()).as(stats.out() + stats.err()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"tiny, ddb35caefe5f6f99", "toy, 8d88910c65c58669"})
    void anOldDataSetIsSoundAndHasItsHash(String name, String hash) {
        String data = folder.resolve("data").resolve(name).toString();
        Ended verified = Ended.of("data", "verify", data);
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        assertThat(Ended.of("data", "inspect", data).out()).contains(hash);
    }

    @Test
    void anOldPolicyPlays() {
        Ended collected =
                Ended.of(
                        "data",
                        "collect",
                        "mpe/simple_spread",
                        "--policy",
                        folder.resolve("policy.safetensors").toString(),
                        "--episodes",
                        "2",
                        "--out",
                        folder.resolve("played").toString());
        assertThat(collected.code()).as(collected.err()).isZero();
        assertThat(collected.out()).contains("2 episodes, 50 transitions");
    }

    @Test
    void anOldCheckpointIsContinuedToItsEnd() throws Exception {
        replace(STOPPED + "/checkpoint/state.json", recordedFingerprint(STOPPED), fingerprint());
        String metrics = Files.readString(folder.resolve(STOPPED + "/metrics.jsonl"));
        String evaluations = Files.readString(folder.resolve(STOPPED + "/evaluations.jsonl"));
        JsonNode state = json(STOPPED + "/checkpoint/state.json");
        assertThat(state.path("schema").asInt()).isEqualTo(1);
        assertThat(state.path("position").path("round").asInt()).isEqualTo(100);

        Ended ended = process("run", "old.yaml", "--out", "run", "--workers", "1");

        assertThat(ended.code()).as(ended.out()).isZero();
        assertThat(ended.out()).contains("1 of 2 cells were done before");
        assertThat(Files.readString(folder.resolve(STOPPED + "/metrics.jsonl")))
                .startsWith(
                        metrics.substring(0, state.path("files").path("metrics.jsonl").asInt()));
        assertThat(Files.readString(folder.resolve(STOPPED + "/evaluations.jsonl")))
                .startsWith(
                        evaluations.substring(
                                0, state.path("files").path("evaluations.jsonl").asInt()))
                .hasLineCount(4 * 2 + 3);
        JsonNode result = json(STOPPED + "/result.json");
        assertThat(result.path("ledger").path("spent").path("ACTOR").asInt()).isEqualTo(400);
        assertThat(Files.readString(folder.resolve(STOPPED + "/timing.jsonl")))
                .contains("\"restart\"");
        assertThat(folder.resolve(STOPPED + "/checkpoint.old")).doesNotExist();
    }

    @Test
    void anOldSharedModelIsReadAndNotTrainedAgain() throws Exception {
        Storage.deleteTree(folder.resolve(TOY));

        Ended ended = process("run", "toy.yaml", "--out", "toyrun", "--workers", "1");

        assertThat(ended.code()).as(ended.out()).isZero();
        assertThat(Files.readString(folder.resolve(TOY + "/timing.jsonl")))
                .contains("\"model read\"")
                .doesNotContain("\"model trained\"");
    }

    @ParameterizedTest
    @CsvSource({
        "run/plan.json, 2, 'status run'",
        "run/plan.json, 2, 'report run --out report'",
        "data/tiny/card.json, 2, 'data inspect data/tiny'",
        "data/tiny/card.json, 2, 'data verify data/tiny'",
    })
    void aNewerFileIsRefusedInOneLineWithBothVersions(String file, int code, String command)
            throws IOException {
        raise(file);
        Ended refused = Ended.of(absolute(command));
        assertThat(refused.code()).as(refused.out() + refused.err()).isEqualTo(code);
        assertThat(refused.err().lines()).hasSize(1);
        assertThat(refused.err())
                .startsWith("cfcql: ")
                .contains("expected ")
                .containsPattern("(schema|version) [12]\\b")
                .containsPattern("found (schema )?999")
                .containsPattern("update cfcql|newer cfcql");
    }

    @ParameterizedTest
    @CsvSource({"result.json", "cell.json"})
    void aNewerFileOfACellThatIsDoneIsNamedByItsStatus(String name) throws IOException {
        raise(DONE + "/" + name);
        Ended status = Ended.of("status", folder.resolve("run").toString());
        assertThat(status.out())
                .containsPattern("damaged bc__mpe-simple_spread__tiny__s1__equal .*" + name)
                .contains("expected ", "found 999", "newer cfcql");
    }

    @Test
    void aNewerPolicyIsRefusedInOneLine() throws IOException {
        Path policy = folder.resolve("policy.safetensors");
        byte[] bytes = Files.readAllBytes(policy);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        byte[] newer =
                text.replace("cfcql-policy 1", "cfcql-policy 9")
                        .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(newer).hasSameSizeAs(bytes).isNotEqualTo(bytes);
        Files.write(policy, newer);
        Ended refused = Ended.of("eval", policy.toString());
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("'cfcql-policy 1'", "found 'cfcql-policy 9'", "newer cfcql");
        assertThat(refused.err().lines()).hasSize(1);
    }

    @Test
    void aNewerCheckpointFailsItsCellAndANewerModelItsOwn() throws Exception {
        raise(STOPPED + "/checkpoint/state.json");
        Ended refused = process("run", "old.yaml", "--out", "run", "--workers", "1");
        assertThat(refused.code()).as(refused.out()).isEqualTo(1);
        assertThat(refused.out())
                .containsPattern(
                        "failed +bc__\\S+s0__equal: expected a checkpoint of schema \\d at")
                .contains("found schema 999; use the newer cfcql that wrote it")
                .containsPattern("done +bc__\\S+s1__equal");

        Storage.deleteTree(folder.resolve(TOY));
        raise(MODEL + "/model.json");
        Ended model = process("run", "toy.yaml", "--out", "toyrun", "--workers", "1");
        assertThat(model.code()).as(model.out()).isEqualTo(1);
        assertThat(model.out())
                .contains("expected a model of schema 1 at ", "found schema 999; use the newer");
    }

    /** A version that does not exist yet, with a field that nobody knows. */
    private void raise(String file) throws IOException {
        replace(file, "\"schema\" : 1,", "\"schema\" : 999,\n  \"later\" : { \"field\" : 1 },");
    }

    private void replace(String file, String before, String after) throws IOException {
        Path path = folder.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(before);
        Files.writeString(path, text.replace(before, after));
    }

    private String recordedFingerprint(String cell) throws IOException {
        return json(cell + "/checkpoint/state.json").path("environmentFingerprint").asText();
    }

    private static String fingerprint() {
        EnvironmentRequest request =
                new EnvironmentRequest("mpe/simple_spread", new TreeMap<>(), 1);
        try (VectorEnvironment environment =
                new BridgeProvider(Bridges.ofThisProcess()).open(request)) {
            return environment.spec().fingerprint();
        }
    }

    private JsonNode json(String file) throws IOException {
        return Storage.JSON.readTree(folder.resolve(file).toFile());
    }

    private String[] absolute(String command) {
        return Arrays.stream(command.split(" "))
                .map(
                        word ->
                                word.matches("run|report|data/\\w+") && command.indexOf(word) > 0
                                        ? folder.resolve(word).toString()
                                        : word)
                .toArray(String[]::new);
    }

    /** In a process of its own, whose current folder the relative paths start from. */
    private Ended process(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx1g",
                        "-Dorg.bytedeco.javacpp.nopointergc=true",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                        "-Dcfcql.home=" + CheckoutHome.PATH,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.cfcql.cli.Main"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, "");
    }
}
