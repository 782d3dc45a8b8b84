package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.cfcql.env.bridge.Bridges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/learner-from-outside.md} does what it says. */
class OutsideGuideTest {
    private static final String MINE =
            "mine-learningRate=0.1__mpe-simple_spread__spread__s0__equal";

    @TempDir Path folder;

    @Test
    void aLearnerInAFileIsTrainedEvaluatedAndReported() throws Exception {
        Bridges bridges = Bridges.at(CheckoutHome.PATH);
        assertThat(bridges.python("numpy")).as("made by make test").isExecutable();
        Path work = Files.createDirectory(folder.resolve("outside"));
        python(work, bridges);
        Path page = CheckoutHome.PATH.resolve("docs/learner-from-outside.md");
        Guide guide = new Guide(page, "## Step by step", work);
        SortedMap<String, Long> before = Guide.checkout();

        String printed = guide.follow(Map.of("CFCQL_VENVS", bridges.venvs().toString()));

        assertThat(Guide.checkout()).as("the checkout is not touched").isEqualTo(before);
        assertThat(guide.files()).containsExactly("learner.py", "experiment.yaml");
        assertThat(work.resolve("learner.py"))
                .as("the example of the checkout")
                .hasSameTextualContentAs(
                        CheckoutHome.PATH.resolve("env-bridges/examples/linear_cloning.py"));
        assertThat(printed)
                .contains("done    " + MINE)
                .contains("critic 0/500 actor 100/100 batch 100/500")
                .contains("mine on mpe/simple_spread: 5 episodes");
        JsonNode result =
                new ObjectMapper()
                        .readTree(
                                work.resolve("runs/outside/cells/" + MINE + "/result.json")
                                        .toFile());
        assertThat(result.path("ledger").path("declared").toString()).isEqualTo("[\"ACTOR\"]");
        assertThat(result.path("settings").path("learner.name").asText())
                .isEqualTo("linear-cloning");
        assertThat(result.path("settings").path("learner.files").asText())
                .matches("learner.py=[0-9a-f]{64}");
        assertThat(work.resolve("runs/outside/report/table.md"))
                .content()
                .contains("mine comes from outside, steps declared");
        assertThat(work.resolve("runs/outside/report/report.html"))
                .content()
                .contains("mine[learningRate=0.1], declared");
    }

    /** What the reader has as {@code python}, found before all others. */
    static void python(Path work, Bridges bridges) throws Exception {
        Path first = Files.createDirectories(work.resolve(".launcher"));
        Path script = first.resolve("python");
        Files.writeString(script, "#!/bin/sh\nexec " + bridges.python("numpy") + " \"$@\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }
}
