package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.env.bridge.Bridges;
import org.cfcql.outcome.JsonDocument;
import org.cfcql.run.storage.Storage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes; needs the numpy environments ({@code cfcql env install numpy}). */
class ReproduceCommandTest {
    private static final String CELL = "bc__mpe-simple_spread__noise__s0__equal";

    @TempDir Path folder;
    private Path cell;

    @BeforeEach
    void aFinishedCell() throws Exception {
        assumeTrue(
                Bridges.at(CheckoutHome.PATH).installed("numpy"),
                "skipped: the numpy environments are not installed (make venv)");
        Path experiment = SmallData.writeTrial(folder);
        Ended ended = run("run", experiment.toString(), "--out", folder.resolve("run").toString());
        assertThat(ended.code()).as(ended.out()).isZero();
        cell = folder.resolve("run/cells").resolve(CELL);
    }

    @Test
    void aCellOfThisMachineComesOutTheSameFieldByField() throws Exception {
        Ended again = reproduce();

        assertThat(again.out())
                .contains("same     machine and build")
                .contains("same     result")
                .contains("same     3 evaluations, 3 final episodes");
        assertThat(again.code()).isZero();
    }

    @Test
    void aResultThatSaysSomethingElseIsNamedByItsField() throws Exception {
        ObjectNode result = (ObjectNode) JsonDocument.read(cell.resolve("result.json"));
        ((ObjectNode) result.path("final")).put("std", 0.25);
        Storage.writeJson(cell.resolve("result.json"), result);

        Ended again = reproduce();

        assertThat(again.out()).contains("DIFFERS  result:").contains("final.std: 0.25 -> ");
        assertThat(again.code()).isEqualTo(1);
    }

    @Test
    void dataOfAnotherHashAreRefused() throws Exception {
        SmallData.write(folder.resolve("others"), 5);

        Ended again = reproduce("--data", folder.resolve("others").toString());

        assertThat(again.out()).contains("expected the data of hash ").contains("others");
        assertThat(again.code()).isEqualTo(2);
    }

    @Test
    void aCellThatPlaysForItsDataComesOutTheSame() throws Exception {
        Path experiment =
                Files.writeString(
                        folder.resolve("online.yaml"),
                        """
                        name: online
                        environments: [equal_line/2]
                        algorithms: {qmix: {online: {episodes: 4, episodesPerRound: 2}}}
                        track: paper
                        budget: {gradientSteps: 6, batch: 4}
                        evaluation: {every: 3, episodes: 2, finalEpisodes: 3}
                        device: cpu
                        """);
        Ended ended =
                run("run", experiment.toString(), "--out", folder.resolve("played").toString());
        assertThat(ended.code()).as(ended.out()).isZero();
        cell = folder.resolve("played/cells/qmix__equal_line-2__online__s0__paper");

        Ended again = reproduce();

        assertThat(again.out())
                .contains("same     result")
                .contains("same     3 evaluations, 3 final episodes");
        assertThat(again.code()).isZero();
    }

    private Ended reproduce(String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("reproduce", cell.toString()));
        words.addAll(List.of("--out", folder.resolve("again").toString()));
        words.addAll(List.of(options));
        return run(words.toArray(String[]::new));
    }

    private static Ended run(String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dcfcql.home=" + CheckoutHome.PATH,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.cfcql.cli.Main"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), printed, "");
    }
}
