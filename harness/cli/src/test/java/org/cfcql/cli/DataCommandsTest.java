package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.data.ContentHash;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(CheckoutHome.class)
class DataCommandsTest {
    private static final int HEADER = 128;
    private static final String SAMPLE = "../core/src/test/resources/hdf5/2s_vs_1sc_medium.h5";

    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path data;

    @BeforeEach
    void twoEpisodesOfOneAgent() {
        data = folder.resolve("data");
        TaskCard task =
                new TaskCard(
                        "test/line",
                        new TreeMap<>(),
                        "f00d",
                        new TreeMap<>(),
                        List.of("agent_0"),
                        1,
                        1,
                        true,
                        new ActionSpace.Box(1, -1, 1),
                        false,
                        2,
                        TimeoutKind.TRUNCATION,
                        false,
                        "team");
        try (DatasetWriter writer = DatasetWriter.create(data, task)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (int index = 0; index < 2; index++) {
                episode.start(seen(10 * index), 0);
                episode.step(action(0.5f), step(10 * index + 1, 3, false), 0);
                episode.step(action(-0.25f), step(10 * index + 2, index, true), 0);
                writer.append(episode);
            }
            writer.finish(
                    "random",
                    new Provenance("test", "none", 0, "1", List.of(), "0", new TreeMap<>()));
        }
    }

    @Test
    void inspectPrintsJsonOnly() throws IOException {
        assertThat(run("data", "inspect", data.toString(), "--json")).isZero();
        JsonNode values = new ObjectMapper().readTree(out.toString());
        assertThat(values.path("episodes").asInt()).isEqualTo(2);
        assertThat(values.path("transitions").asInt()).isEqualTo(4);
        assertThat(values.path("mean_return").asDouble()).isEqualTo(3.5);
        assertThat(values.path("sum_acs_0").asDouble()).isEqualTo(0.5);
        assertThat(values.path("sum_obs_0").asDouble()).isEqualTo(22);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void verifySaysYesWithZeroAndNoWithOne() throws IOException {
        assertThat(run("data", "verify", data.toString())).isZero();
        assertThat(out.toString()).endsWith("data: sound\n");
        poke("observations.npy", HEADER + 4, 0, 0, 0xC0, 0x7F);
        assertThat(run("data", "verify", data.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("data: observations.npy row 1: expected finite numbers, found NaN\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void verifyPrintsItsProblemsAsJson() throws IOException {
        poke("truncated.npy", HEADER, 1);
        assertThat(run("data", "verify", data.toString(), "--json")).isEqualTo(1);
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(result.path("sound").asBoolean(true)).isFalse();
        assertThat(result.findValuesAsText("file")).contains("truncated.npy");
    }

    @Test
    void verifyComparesWithPublishedDataAndSaysNoWhereCountsDiffer() throws IOException {
        String words = "data verify " + data + " --published omar/simple_tag/random";
        assertThat(run(words.split(" "))).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "data: sound\n",
                        "compared with omar/simple_tag/random, mpe/simple_tag\n",
                        "  transitions             4      1000000      -999996  differs\n",
                        "  mean return        3.5000      -4.1275      +7.6275  far: 0.71"
                                + " published",
                        "these data are of test/line, the published ones of mpe/simple_tag\n")
                .doesNotContain(" \n");
        out.getBuffer().setLength(0);
        assertThat(run((words + " --json").split(" "))).isEqualTo(1);
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(result.path("sound").asBoolean()).isTrue();
        assertThat(result.at("/published/0/episodes/difference").asInt()).isEqualTo(-39_998);
        assertThat(run("data", "verify", data.toString(), "--published", "omarr")).isEqualTo(2);
        assertThat(err.toString()).contains("found 'omarr'; did you mean 'omar'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "verify"})
    void aNewerCardIsRefusedInOneLine(String command) throws IOException {
        Path card = data.resolve("card.json");
        Files.writeString(card, Files.readString(card).replace("\"schema\" : 1", "\"schema\" : 9"));
        assertThat(run("data", command, data.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("found schema 9; update cfcql");
    }

    @Test
    void aCutArrayIsAWrongInputToInspectAndANoOfVerify() throws IOException {
        Files.write(data.resolve("rewards.npy"), new byte[] {1, 2, 3});
        assertThat(run("data", "inspect", data.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("rewards.npy");
        assertThat(run("data", "verify", data.toString())).isEqualTo(1);
    }

    @Test
    void importOfAnotherFolderIsRefusedAndWritesNothing() {
        Path target = folder.resolve("imported");
        assertThat(run("data", "import", data.toString(), "--out", target.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("found a data set of the harness; it needs no import");
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--episodes 3 --transitions 3",
                "",
                "--episodes 0",
                "--episodes 3 --noise -1",
                "--episodes 3 --noise 0.1",
                "--episodes 3 --envs 0",
                "--episodes 3 --policy nowhere.safetensors",
                "--episodes 3 --device tpu",
                "--episodes 3 --return-above 1 --return-from 1"
            })
    void wrongOptionsOfCollectAreRefusedBeforeAnythingStarts(String options) {
        Path target = folder.resolve("collected");
        String line = "data collect mpe/simple_spread --out " + target + " " + options;
        assertThat(run(line.strip().split(" +"))).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(target).doesNotExist();
    }

    @Test
    void mixTakesHalfOfEachAndSaysOfWhat() throws IOException {
        Path target = folder.resolve("mixed");
        String words = "data mix %s %s --seed 3 --out %s".formatted(data, data, target);
        assertThat(run(words.split(" "))).isZero();
        assertThat(out.toString()).contains("mixed: mixed, 2 episodes, 4 transitions");
        assertThat(run("data", "verify", target.toString(), "--allow-repeated")).isZero();
        JsonNode made =
                new ObjectMapper().readTree(target.resolve("card.json").toFile()).path("made");
        assertThat(made.path("seed").asText()).isEqualTo("3");
        assertThat(made.at("/notes/firstHash").asText())
                .isEqualTo(Dataset.open(data).card().hash());
    }

    @Test
    void hdf5GoesInAndOutAgain() {
        Path target = folder.resolve("imported");
        assertThat(run("data", "import", SAMPLE, "--out", target.toString())).isZero();
        assertThat(out.toString())
                .contains("imported: medium, 4 episodes, 16 transitions")
                .contains("ends of episodes: 2 before the limit of 6 steps, 2 at the limit")
                .contains("arrays of the source that were ignored: probs\n");
        assertThat(run("data", "verify", target.toString())).isZero();
        Path file = folder.resolve("exported.h5");
        assertThat(run("data", "export", target.toString(), "--out", file.toString())).isZero();
        Path again = folder.resolve("again");
        String words = "data import %s --format cfcql-h5 --out %s".formatted(file, again);
        assertThat(run(words.split(" "))).isZero();
        assertThat(Dataset.open(again).card().hash()).isEqualTo(Dataset.open(target).card().hash());
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--environment equal_line/7; expected 7 agents as in equal_line/7, found 2",
                "--env mpe/simple_spread; expected continuous actions, which mpe/simple_spread has",
                "--format omar; expected OMAR's layout with obs_0.npy",
                "--format vault; expected a vault NAME.vlt/UID",
                "--format parquet; expected one of cfcql-h5, omar, omiga, pymarl, vault, found",
                "--episode-limit 5; expected episodes within the episode limit of 5 steps",
                "--episode-limit 0; expected --episode-limit of at least 1, found 0",
                "--final-slot maybe; expected --final-slot to be yes or no, found 'maybe'",
                "--flags-at-limit never; expected --flags-at-limit to be time-limit or go-on or"
                        + " end",
                "--draw x; expected --draw to be a number or all, found 'x'"
            })
    void wrongOptionsOfImportAreRefusedInOneLine(String options, String message) {
        Path target = folder.resolve("imported");
        String words = "data import " + SAMPLE + " --out " + target + " " + options;
        assertThat(run(words.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains(message);
        assertThat(target).doesNotExist();
    }

    @Test
    void theWrongLayoutForAnExportIsRefused() {
        String words = "data export " + data + " --format cfcql-h5 --out " + folder + "/x.h5";
        assertThat(run(words.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains("found continuous ones; say --format omar");
        assertThat(folder.resolve("x.h5")).doesNotExist();
    }

    @Test
    void fetchGivesAFileItsNameWhenItHasItsHash() throws IOException {
        byte[] content = {1, 2, 3};
        Path file = Files.write(folder.resolve("served"), content);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, content.length);
                    exchange.getResponseBody().write(content);
                    exchange.close();
                });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/some.h5";
            String words = "data fetch %s --out %s --sha256 ".formatted(address, folder);
            assertThat(run((words + "0".repeat(64)).split(" "))).isEqualTo(2);
            assertThat(err.toString().lines()).singleElement().asString().contains("found 039058c");
            assertThat(folder.resolve("some.h5")).doesNotExist();
            assertThat(run((words + ContentHash.ofFile(file)).split(" "))).isZero();
            assertThat(out.toString()).endsWith("some.h5: fetched, 3 bytes, SHA-256 as expected\n");
            assertThat(folder.resolve("some.h5")).hasBinaryContent(content);
        } finally {
            server.stop(0);
        }
    }

    private int run(String... words) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
    }

    private void poke(String file, int offset, int... bytes) throws IOException {
        try (RandomAccessFile target = new RandomAccessFile(data.resolve(file).toFile(), "rw")) {
            target.seek(offset);
            for (int value : bytes) {
                target.write(value);
            }
        }
    }

    private static Observations seen(float value) {
        float[] row = {value};
        return new Observations(1, row, row, new byte[0]);
    }

    private static Actions action(float value) {
        return new Actions.Continuous(new float[] {value});
    }

    private static StepResult step(float seen, float reward, boolean last) {
        return new StepResult(
                seen(seen),
                new float[] {reward},
                new byte[1],
                new byte[] {(byte) (last ? 1 : 0)},
                Map.of());
    }
}
