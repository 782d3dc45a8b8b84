package org.cfcql.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cfcql.error.UserError;
import org.cfcql.report.MadeUpRun;
import org.cfcql.stats.MeanDifference;
import org.cfcql.stats.ScoreRow;
import org.cfcql.stats.ScoreTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SideComparisonTest {
    /** Hand-made pairs, and what SciPy and rliable say of them ({@code expected.py}). */
    private static final Path PAIRS = Path.of("src/test/resources/org/cfcql/report/compare");

    private static final double EXACT = 1e-9;
    private static final int FEW = 200;

    @TempDir private Path folder;

    private static JsonNode expected() throws IOException {
        return new ObjectMapper().readTree(PAIRS.resolve("expected.json").toFile());
    }

    private static SideComparison tables() {
        return compare(PAIRS.resolve("first.csv"), PAIRS.resolve("second.csv"));
    }

    private static SideComparison compare(Path first, Path second, Condition... allowed) {
        Set<Condition> set = EnumSet.noneOf(Condition.class);
        set.addAll(List.of(allowed));
        return SideComparison.of(
                Side.read(first, Side.Choice.ALL),
                Side.read(second, Side.Choice.ALL),
                set,
                false,
                FEW,
                0);
    }

    private static void assertNumber(double found, JsonNode expected, String what) {
        if (expected.isNull() || expected.isMissingNode()) {
            assertThat(found).as(what).isNaN();
        } else {
            assertThat(found).as(what).isCloseTo(expected.asDouble(), within(EXACT));
        }
    }

    private static void assertTest(MeanDifference found, JsonNode expected, String cell) {
        for (String key : List.of("t", "p", "degreesOfFreedom", "low95", "high95")) {
            double value =
                    switch (key) {
                        case "t" -> found.t();
                        case "p" -> found.p();
                        case "degreesOfFreedom" -> found.degreesOfFreedom();
                        case "low95" -> found.low95();
                        default -> found.high95();
                    };
            // Without spread SciPy still counts degrees of freedom.
            JsonNode node = expected.path("t").isNull() ? expected.path("t") : expected.path(key);
            assertNumber(value, node, cell + " " + key);
        }
    }

    @Test
    void pointsAgreeWithThoseOfSciPyAndRliable() throws IOException {
        JsonNode expected = expected();
        SideComparison found = tables();
        assertThat(found.cells()).hasSize(expected.path("cells").size()).hasSizeGreaterThan(5);
        for (CellComparison cell : found.cells()) {
            CellName name = cell.name();
            String key = name.environment() + "/" + name.dataset() + "/" + name.label();
            JsonNode line = expected.path("cells").path(key);
            assertNumber(cell.first().mean(), line.path("meanFirst"), key);
            assertNumber(cell.second().mean(), line.path("meanSecond"), key);
            assertNumber(cell.first().sampleDeviation(), line.path("stdFirst"), key);
            assertNumber(cell.first().interquartileMean(), line.path("iqmFirst"), key);
            assertNumber(cell.second().interquartileMean(), line.path("iqmSecond"), key);
            assertNumber(cell.improvement(), line.path("probabilityOfImprovement"), key);
            assertNumber(cell.holm(), expected.path("holmOfWelch").path(key), key + " Holm");
            assertTest(cell.difference(), line.path("welch"), key);
        }
        assertNumber(
                found.improvement().point(), expected.path("meanProbabilityOfImprovement"), "all");
    }

    @Test
    void pairedTestsAgreeWithThoseOfSciPy() throws IOException {
        SortedMap<String, double[]> first = scores("first.csv");
        SortedMap<String, double[]> second = scores("second.csv");
        JsonNode cells = expected().path("cells");
        int compared = 0;
        for (String cell : first.keySet()) {
            JsonNode paired = cells.path(cell).path("paired");
            if (!paired.isMissingNode()) {
                assertTest(MeanDifference.paired(first.get(cell), second.get(cell)), paired, cell);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(3);
    }

    private static SortedMap<String, double[]> scores(String name) {
        SortedMap<String, double[]> scores = new TreeMap<>();
        for (ScoreRow row : ScoreTable.read(PAIRS.resolve(name)).rows()) {
            scores.merge(
                    row.task() + "/" + row.algorithm(),
                    new double[] {row.score()},
                    (before, one) ->
                            Stream.of(before, one).flatMapToDouble(Arrays::stream).toArray());
        }
        return scores;
    }

    @Test
    void seedsOfRunsArePairedAndThoseOfTablesAreNot() {
        SideComparison runs = compare(run("a", 1, 2, 4).folder(), run("b", 2, 4, 7).folder());
        CellComparison cell = runs.cells().get(0);
        assertThat(cell.paired()).isTrue();
        assertThat(cell.difference().mean()).isEqualTo(2, within(EXACT));
        assertThat(cell.difference().degreesOfFreedom()).isEqualTo(2);
        assertThat(runs.unchecked()).isEmpty();
        SideComparison tables = tables();
        assertThat(tables.cells()).noneMatch(CellComparison::paired);
        assertThat(tables.unchecked())
                .containsExactly(
                        Condition.FINGERPRINT,
                        Condition.DATA,
                        Condition.BUDGET,
                        Condition.PROTOCOL);
        assertThat(ComparisonTables.markdown(tables)).contains("not checked");
    }

    @Test
    void seedsOfAGameWithoutSeedsOfBattlesAreNotPaired() throws IOException {
        Path first = run("a", 1, 2, 4).folder();
        Path second = run("b", 2, 4, 7).folder();
        replace(first, "toy/chain", "smac/2s3z");
        replace(second, "toy/chain", "smac/2s3z");
        assertThat(compare(first, second).cells()).noneMatch(CellComparison::paired);
    }

    @Test
    void seedsOfOneSideOnlyAreLeftOutOfPairs() {
        SideComparison found = compare(run("a", 1, 2, 4, 90).folder(), run("b", 2, 4, 7).folder());
        assertThat(found.cells().get(0).firstSeeds()).containsExactly(0L, 1L, 2L);
        assertThat(found.cells().get(0).first().mean()).isCloseTo(7.0 / 3, within(EXACT));
    }

    @Test
    void aRunComparedWithItselfIsIdentical() {
        Path run = run("a", 1, 2, 4).folder();
        CellComparison cell = compare(run, run).cells().get(0);
        assertThat(cell.verdict()).isEqualTo("identical");
        assertThat(cell.difference().p()).isNaN();
        assertThat(compare(run, run).fields()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "print of toy/chain, another print, fingerprint",
        "toy/chainexpert, other data, data",
        "'\"rounds\":400', '\"rounds\":300', budget",
        "'\"track\":\"equal\"', '\"track\":\"paper\"', track",
        "'\"finalEpisodes\":2', '\"finalEpisodes\":20', protocol",
        "fixed10, independent, protocol"
    })
    void anotherConditionIsRefusedUnlessItIsAllowedByNameAndThenSaidEverywhere(
            String text, String other, String condition) throws IOException {
        Path first = run("a", 1, 2, 4).folder();
        Path second = run("b", 2, 4, 7).folder();
        replace(second, text, other);
        Condition allowed = Condition.of(condition).orElseThrow();
        assertThatThrownBy(() -> compare(first, second))
                .isInstanceOf(UserError.class)
                .hasMessageMatching("expected [^\\n]*")
                .hasMessageContaining(condition);
        Condition[] others =
                Arrays.stream(Condition.values())
                        .filter(one -> one != allowed)
                        .toArray(Condition[]::new);
        assertThatThrownBy(() -> compare(first, second, others)).isInstanceOf(UserError.class);
        SideComparison found = compare(first, second, allowed);
        assertThat(found.differing()).containsExactly(allowed);
        Path out = folder.resolve("out");
        ComparisonFolder.write(found, out);
        assertThat(Files.readString(out.resolve("compare.md")))
                .contains("not under the same conditions, as allowed: " + condition);
        assertThat(Files.readString(out.resolve("compare.csv"))).contains("," + condition + ",");
        JsonNode json = new ObjectMapper().readTree(out.resolve("compare.json").toFile());
        assertThat(json.path("differing").get(0).asText()).isEqualTo(condition);
        assertThat(found.cells().get(0).paired())
                .as("episodes start alike")
                .isEqualTo(!List.of("fingerprint", "protocol").contains(condition));
    }

    @Test
    void whatDiffersIsSaidFieldByField() throws IOException {
        Path first = run("a", 1, 2, 4).folder();
        Path second = run("b", 2, 4, 7).folder();
        replace(second, "\"gamma\":0.8", "\"gamma\":0.9");
        replace(second, "\"provenance\":{", "\"provenance\":{\"gitCommit\":\"f00d\",");
        assertThat(compare(first, second).fields())
                .extracting(FieldDifference::field, FieldDifference::first, FieldDifference::second)
                .containsExactly(
                        tuple("provenance.gitCommit", "", "f00d"),
                        tuple("settings.gamma", "0.8", "0.9"));
    }

    @Test
    void cellsWithoutACounterpartOrAResultAreNamedAndNotCounted() throws IOException {
        Path first = run("a", 1, 2, 4).folder();
        MadeUpRun more = run("b", 2, 4, 7);
        more.cell("bc", "", "toy/chain", "expert", 3, 0, 5);
        more.cell("bc", "", "toy/chain", "medium", 3, 0, 5);
        Files.delete(more.folder().resolve("cells/bc__toy-chain__medium__s0__equal/result.json"));
        SideComparison found = compare(first, more.folder());
        assertThat(found.cells()).hasSize(1);
        assertThat(found.onlySecond()).extracting(CellName::label).containsExactly("bc");
        assertThat(found.second().open())
                .containsExactly("bc · toy/chain · medium · equal · seed 0 (unfinished)");
        assertThat(found.coverage())
                .isEqualTo(
                        "1 cells compared, 1 of them seed by seed; 0 only in the first, 1 only in"
                                + " the second; without a result: 0 and 1");
        assertThat(ComparisonTables.markdown(found))
                .contains("## Only in the second", "## Without a result in the second");
    }

    @Test
    void sidesWithoutACommonCellAreRefused() {
        Path first = run("a", 1, 2, 4).folder();
        MadeUpRun other = new MadeUpRun(folder.resolve("c"));
        other.cell("bc", "", "toy/chain", "expert", 3, 0, 5);
        assertThatThrownBy(() -> compare(first, other.folder()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected a finished cell that both sides have");
    }

    @Test
    void chosenLinesOfTwoAlgorithmsAreCompared() {
        MadeUpRun run = run("a", 1, 2, 4);
        for (int seed = 0; seed < 3; seed++) {
            run.cell("bc", "", "toy/chain", "expert", 3, seed, seed);
        }
        SideComparison found =
                SideComparison.of(
                        Side.read(run.folder(), new Side.Choice("bc", "equal")),
                        Side.read(run.folder(), new Side.Choice("cfcql", "equal")),
                        Set.of(),
                        true,
                        FEW,
                        0);
        assertThat(found.cells()).hasSize(1);
        assertThat(found.cells().get(0).name().label()).isEqualTo("bc → cfcql");
        assertThat(found.cells().get(0).difference().mean()).isCloseTo(4.0 / 3, within(EXACT));
        assertThatThrownBy(() -> Side.read(run.folder(), new Side.Choice("omar", "")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("bc on track equal, cfcql on track equal");
    }

    private MadeUpRun run(String name, double... scores) {
        MadeUpRun run = new MadeUpRun(folder.resolve(name));
        for (int seed = 0; seed < scores.length; seed++) {
            run.cell("cfcql", "", "toy/chain", "expert", 3, seed, scores[seed]);
        }
        return run;
    }

    private static void replace(Path run, String text, String other) throws IOException {
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
                Files.writeString(file, Files.readString(file).replace(text, other));
            }
        }
    }
}
