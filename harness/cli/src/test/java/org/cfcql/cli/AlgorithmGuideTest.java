package org.cfcql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.cfcql.env.bridge.Bridges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/add-an-algorithm.md} does what it says: an algorithm in a jar of its own. */
class AlgorithmGuideTest {
    @TempDir Path folder;

    @Test
    void anAlgorithmOutsideTheRepositoryIsCompiledTrainedEvaluatedAndReported() throws Exception {
        Path venvs = Bridges.at(CheckoutHome.PATH).venvs();
        assertThat(venvs.resolve("numpy/.ready")).as("made by make test").exists();
        Path work = Files.createDirectory(folder.resolve("huber"));
        Path page = CheckoutHome.PATH.resolve("docs/add-an-algorithm.md");
        Guide guide = new Guide(page, "## In a jar of your own", work);
        SortedMap<String, Long> before = Guide.checkout();

        String printed = guide.follow(Map.of("CFCQL_VENVS", venvs.toString()));

        assertThat(Guide.checkout()).as("the checkout is not touched").isEqualTo(before);
        System.out.println("a new algorithm touches " + guide.files());
        assertThat(guide.files()).hasSize(3).filteredOn(file -> file.startsWith("src/")).hasSize(2);
        assertThat(printed)
                .contains("done    huber-cloning-huber.delta=0.1")
                .contains("huber-cloning on mpe/simple_spread: 5 episodes");
        Path jar = work.resolve("plugins/huber-cloning.jar");
        String hash =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(Files.readAllBytes(jar)));
        try (Stream<Path> cells = Files.list(work.resolve("runs/mine/cells"))) {
            for (Path cell : cells.toList()) {
                JsonNode told = new ObjectMapper().readTree(cell.resolve("cell.json").toFile());
                JsonNode plugin = told.path("provenance").path("plugins").path(0);
                assertThat(plugin.path("jar").asText()).isEqualTo("huber-cloning.jar");
                assertThat(plugin.path("sha256").asText()).isEqualTo(hash);
            }
        }
        assertThat(work.resolve("runs/mine/report/table.md")).content().contains("huber-cloning");
    }

    @Test
    void aJarThatDoesNotLoadAndAnIdThatIsTakenAreOneLine() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Path broken = Files.writeString(plugins.resolve("broken.jar"), "no archive");
        SmallData.writeTrial(folder);
        Guide.Shell shell = new Guide.Shell(folder);
        Map<String, String> variables = Map.of("CFCQL_PLUGINS", plugins.toString());
        Ended run = shell.run("cfcql run trial.yaml --dry-run", variables);
        assertThat(run.code()).as(run.out()).isEqualTo(2);
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.out())
                .startsWith("cfcql: expected a jar with algorithms of this version of the harness")
                .contains(broken.toString());

        Files.delete(broken);
        // An algorithm that calls itself what one of the harness's is called.
        String taken =
                """
                mkdir -p META-INF/services
                echo org.example.Again > META-INF/services/org.cfcql.learn.Algorithm
                printf '%s' "package org.example; import org.cfcql.learn.*;
                public final class Again implements Algorithm {
                  public String id() { return \\"cfcql\\"; }
                  public String title() { return id(); }
                  public Capabilities capabilities() { return null; }
                  public ConfiguredAlgorithm configure(TaskShape t, Settings s, Track k) {
                    return null;
                  }
                }" > Again.java
                javac -cp "CHECKOUT/harness/cli/target/lib/*" -d classes Again.java
                jar --create --file plugins/again.jar -C classes . META-INF
                cfcql run trial.yaml --dry-run
                """;
        Ended again = shell.run(taken, variables);
        assertThat(again.code()).as(again.out()).isEqualTo(2);
        assertThat(again.out().lines()).hasSize(1);
        assertThat(again.out())
                .startsWith("cfcql: expected an id that no other algorithm has, found 'cfcql' in")
                .contains("again.jar");
    }
}
