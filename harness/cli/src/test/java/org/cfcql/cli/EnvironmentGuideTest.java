package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.cfcql.env.bridge.Bridges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code env-bridges/README.md} does what it says: an environment of one file and a lock. */
class EnvironmentGuideTest {
    @TempDir Path folder;

    @Test
    void anEnvironmentOutsideTheRepositoryIsCollectedFromTrainedOnEvaluatedAndReported()
            throws Exception {
        Path wheels = Bridges.at(CheckoutHome.PATH).venvs().resolve("wheels");
        assertThat(wheels.resolve(".ready")).as("made by make test").exists();
        Path work = Files.createDirectory(folder.resolve("meadow"));
        Path page = CheckoutHome.PATH.resolve("env-bridges/README.md");
        Guide guide = new Guide(page, "## Your own environment", work);
        SortedMap<String, Long> before = Guide.checkout();

        String printed =
                guide.follow(
                        Map.of(
                                "CFCQL_VENVS",
                                folder.resolve("venvs").toString(),
                                "PIP_NO_INDEX",
                                "1",
                                "PIP_FIND_LINKS",
                                wheels.toString()));

        assertThat(Guide.checkout()).as("the checkout is not touched").isEqualTo(before);
        assertThat(guide.files()).containsExactly("meadow.py", "meadow.yaml");
        System.out.println("a new environment touches " + guide.files() + " and a copied lock");
        assertThat(printed)
                .contains("installed in ")
                .contains("done    cfcql")
                .contains("done    bc");
        try (Stream<Path> cells = Files.list(work.resolve("runs/meadow/cells"))) {
            for (Path cell : cells.toList()) {
                JsonNode told = new ObjectMapper().readTree(cell.resolve("cell.json").toFile());
                JsonNode ingredients = told.path("provenance").path("environmentIngredients");
                assertThat(ingredients.path("code").asText()).hasSize(64);
                assertThat(told.path("branch").asText()).isEqualTo("continuous");
            }
        }
        Path report = work.resolve("runs/meadow/report");
        assertThat(report.resolve("table.md")).content().contains("meadow/meet");
    }
}
