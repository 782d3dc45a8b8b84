package org.cfcql.report.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.report.KnownAlgorithms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReferencesTest {
    private static final References SHIPPED = References.shipped();

    @Test
    void publishedScalesHoldOnlyWithThePublishedPrey() {
        Map<String, String> ingredients = new TreeMap<>();
        ingredients.put("backend", "cfcql-mpe-1");
        ingredients.put("option.force_exponent", "2");
        ingredients.put("option.integration", "velocity_first");
        ingredients.put("part.prey", "scripted-v1");
        assertThat(SHIPPED.find("mpe/simple_tag", ingredients)).isEmpty();
        assertThat(SHIPPED.find("mpe/simple_world", ingredients)).isEmpty();
        ingredients.put("part.prey", "omar-b22b95f3397f");
        assertThat(SHIPPED.find("mpe/simple_tag", ingredients)).isPresent();
        assertThat(SHIPPED.find("mpe/simple_world", ingredients)).isEmpty();
        ingredients.put("option.force_exponent", "1");
        assertThat(SHIPPED.find("mpe/simple_tag", ingredients)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"simple_tag, -6.9, 108.1", "simple_world, -8.4, 65.0"})
    void theScaleOfOurPreyHoldsForTheShippedFileOnly(String scenario, double random, double expert)
            throws IOException, NoSuchAlgorithmException {
        Path file =
                Path.of("../../env-bridges/src/cfcql_bridges/mpe/prey_policies")
                        .resolve(scenario + ".safetensors");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        String hash = HexFormat.of().formatHex(digest);
        Map<String, String> ingredients = new TreeMap<>();
        ingredients.put("backend", "cfcql-mpe-1");
        ingredients.put("option.force_exponent", "2");
        ingredients.put("option.integration", "velocity_first");
        ingredients.put("part.prey", "cfcql-" + hash.substring(0, 12));
        References.Reference scale = SHIPPED.find("mpe/" + scenario, ingredients).orElseThrow();
        assertThat(scale.normalize(random)).isEqualTo(0);
        assertThat(scale.normalize(expert)).isEqualTo(100);
        ingredients.put("part.prey", "policy-" + hash.substring(0, 12));
        assertThat(SHIPPED.find("mpe/" + scenario, ingredients)).isEmpty();
    }

    @Test
    void publishedDataHaveTheirPublishedNormalisedMeans() {
        assertNormalised("mpe/simple_spread", -0.1, 12.3, 31.8, 104.0);
        assertNormalised("mpe/simple_tag", 0.0, 4.2, 63.5, 111.8);
        assertNormalised("mpe/simple_world", 0.0, 9.3, 84.2, 106.6);
    }

    private static void assertNormalised(
            String environment, double random, double replay, double medium, double expert) {
        References.Reference scale =
                SHIPPED.entries().stream()
                        .filter(entry -> entry.environment().equals(environment))
                        .findFirst()
                        .orElseThrow();
        Map<String, Double> expected =
                Map.of("random", random, "medium-replay", replay, "medium", medium);
        expected.forEach(
                (kind, value) ->
                        assertThat(scale.normalize(scale.data().get(kind).mean()))
                                .as(environment + " " + kind)
                                .isCloseTo(value, within(0.051)));
        assertThat(scale.normalize(scale.data().get("expert").mean()))
                .isCloseTo(expert, within(0.051));
    }

    @Test
    void theCheetahsScaleIsThatOfTheEngineThatRuns() {
        Map<String, String> ingredients = new TreeMap<>();
        ingredients.put("backend", "cfcql-mamujoco-1");
        ingredients.put("option.agent_obsk", "0");
        ingredients.put("option.global_categories", "none");
        ingredients.put("option.local_categories", "default");
        ingredients.put("package.mujoco", "3.14.0");
        String cheetah = "mamujoco/halfcheetah-2x3";
        References.Reference scale = SHIPPED.find(cheetah, ingredients).orElseThrow();
        assertThat(scale.normalize(4002.5)).isEqualTo(100);
        assertThat(scale.normalize(-284)).isCloseTo(0, within(1.0));
        ingredients.put("package.mujoco", "2.3.7");
        assertThat(SHIPPED.find(cheetah, ingredients)).isEmpty();
        ingredients.put("package.mujoco", "3.14.0");
        ingredients.put("option.agent_obsk", "1");
        assertThat(SHIPPED.find(cheetah, ingredients)).isEmpty();
        assertThat(SHIPPED.entries())
                .filteredOn(entry -> entry.environment().equals(cheetah))
                .extracting(References.Reference::expert)
                .containsExactly(4002.5, 3568.8);
    }

    @Test
    void battlesAreNormalisedToPerCent() {
        References.Reference scale = SHIPPED.find("smax/2s3z", Map.of()).orElseThrow();
        assertThat(scale.normalize(0.25)).isEqualTo(25);
        assertThat(scale.hasPolicies()).isFalse();
        assertThat(SHIPPED.find("equal_line/5", Map.of())).isEmpty();
    }

    @Test
    void theShippedPaperTablesAreComplete() {
        PaperTables tables = PaperTables.shipped(KnownAlgorithms.publications());
        // Table 2: 32, table 3: 128, table 5: 96 cells.
        int cells = tables.scores().values().stream().mapToInt(Map::size).sum();
        assertThat(cells).isEqualTo(256);
        assertThat(tables.of("mpe/simple_world", "medium-replay"))
                .containsEntry("cfcql", "73.4 ± 23.2");
        assertThat(tables.of("mamujoco/halfcheetah-2x3", "medium-replay"))
                .containsEntry("td3-bc", "27.1 ± 5.5");
        assertThat(tables.of("smac/5m_vs_6m", "medium")).containsEntry("bc", "0.28 ± 0.37");
        assertThat(tables.of("smax/2s3z", "medium")).isEmpty();
    }
}
