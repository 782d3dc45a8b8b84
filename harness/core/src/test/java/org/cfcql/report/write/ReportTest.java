package org.cfcql.report.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.cfcql.error.UserError;
import org.cfcql.report.Fixture;
import org.cfcql.report.KnownAlgorithms;
import org.cfcql.report.MadeUpRun;
import org.cfcql.report.model.Report;
import org.cfcql.report.model.ScoreLine;
import org.cfcql.report.model.Section;
import org.cfcql.report.read.RunReader;
import org.cfcql.report.tables.Aggregates;
import org.cfcql.report.tables.BudgetTables;
import org.cfcql.report.tables.OpenCells;
import org.cfcql.report.tables.ReportTable;
import org.cfcql.report.tables.ScoreTables;
import org.cfcql.stats.ScoreRow;
import org.cfcql.stats.ScoreTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportTest {
    @TempDir private Path folder;

    @Test
    void scoresAreThoseOfTheResultsAndNormalised() {
        ReportFolder.write(report(Fixture.RUN), folder);
        List<ScoreRow> rows = ScoreTable.read(folder.resolve("scores.csv")).rows();
        assertThat(rows).hasSize(4);
        ScoreRow first = rows.get(0);
        assertThat(first.task()).isEqualTo("mpe/simple_spread/simple_spread-random");
        assertThat(first.score()).isEqualTo(391.028375);
        // (391.028375 - 159.8) / (516.8 - 159.8)
        assertThat(first.normalized().getAsDouble()).isCloseTo(64.76985, within(1e-4));
    }

    /**
     * Every cell of the table worked out by hand from the stored scores S of seeds 0 and 1: mean,
     * |S0 − S1|/√2 as deviation; normalised by 100 (S − 159.8)/357, a deviation by 100/357.
     */
    @Test
    void ownColumnsAreThoseWorkedOutByHand() {
        ReportTable table = ScoreTables.of(report(Fixture.RUN).sections().get(0));
        assertThat(table.columns())
                .containsExactly(
                        "algorithm",
                        "seeds",
                        "normalised: final",
                        "paper",
                        "normalised: IQM [95 %]",
                        "normalised: tail mean",
                        "normalised: best",
                        "score: final",
                        "score: tail mean");
        assertThat(table.rows().get(0))
                .containsExactly(
                        "cfcql",
                        "2",
                        "69.9 ± 7.3",
                        "62.2 ± 8.1",
                        "69.9 [64.8, 75.1]",
                        "36.2 ± 2.5",
                        "63.8 ± 3.0",
                        "409.5 ± 26.1",
                        "288.9 ± 8.8");
        assertThat(table.rows().subList(2, table.rows().size()))
                .contains(
                        List.of(
                                "data set mean",
                                "",
                                "0.0 ± 16.9",
                                "",
                                "",
                                "",
                                "",
                                "159.9 ± 60.2",
                                ""),
                        List.of("random play", "", "0.0", "", "", "", "", "159.8", ""),
                        List.of("expert", "", "100.0", "", "", "", "", "516.8", ""));
    }

    @Test
    void equalRunsGiveEqualFiles() throws IOException {
        ReportFolder.write(report(Fixture.RUN), folder.resolve("a"));
        ReportFolder.write(report(Fixture.RUN), folder.resolve("b"));
        try (Stream<Path> files = Files.list(folder.resolve("a"))) {
            for (Path file : files.toList()) {
                assertThat(folder.resolve("b").resolve(file.getFileName()))
                        .hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void paperScoresStandBesideOursUnderTheSameName() {
        ReportTable table = ScoreTables.of(report(Fixture.RUN).sections().get(0));
        int column = table.columns().indexOf("paper");
        assertThat(table.rows().get(0)).startsWith("cfcql", "2");
        assertThat(table.rows().get(0).get(column)).isEqualTo("62.2 ± 8.1");
        assertThat(table.rows().get(1).get(column)).isEqualTo("9.8 ± 4.9");
        assertThat(table.rows()).anySatisfy(row -> assertThat(row).startsWith("random play"));
    }

    @Test
    void tablesSayWhichPublishedFormRanAlsoByDefault() {
        Report report =
                new MadeUpRun(folder)
                        .cell(
                                "omar",
                                "omarD.mode=masked,twinHeads=shared",
                                "smax/2s3z",
                                "medium",
                                10,
                                0,
                                0.5)
                        .cell("cfcql", "", "smax/2s3z", "medium", 10, 0, 0.6)
                        .report();
        ReportTable table = ScoreTables.of(report.sections().get(0));
        int column = table.columns().indexOf("variant");
        assertThat(table.rows().stream().map(row -> row.get(column)))
                .contains("omarD.mode masked, twinHeads shared");
        assertThat(ScoreTables.of(report(Fixture.RUN).sections().get(0)).columns())
                .doesNotContain("variant");
    }

    @Test
    void aCellWithoutResultIsListedWithItsReason() {
        ReportTable table = OpenCells.table(report(Fixture.RUN));
        assertThat(table.rows()).hasSize(2);
        assertThat(table.rows().get(0).get(1)).isEqualTo("failed");
        assertThat(table.rows().get(0).get(2)).contains("found NaN");
        assertThat(table.rows().get(1).get(1)).isEqualTo("not started");
    }

    @Test
    void aLostSeedIsSaidInItsLineAndInTheWarnings() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        Files.delete(run.resolve(Fixture.cell("cfcql", 1)).resolve("result.json"));
        Report report = report(run);
        assertThat(ScoreTables.of(report.sections().get(0)).rows().get(0))
                .startsWith("cfcql", "1 of 2");
        assertThat(report.warnings()).anyMatch(line -> line.contains("different seeds (0 | 0, 1)"));
    }

    @Test
    void runsInAnotherEnvironmentNeverShareATable() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        for (String file : List.of("cell.json", "result.json")) {
            Fixture.replace(run, file, "3f6d1f0c", "ffffffff");
            Fixture.replace(run, file, "velocity_first", "position_first");
        }
        Report report = report(Fixture.RUN, run);
        assertThat(report.sections()).hasSize(2);
        assertThat(report.sections()).extracting(section -> section.lines().size()).containsOnly(2);
        assertThat(report.sections().get(1).task())
                .isEqualTo("mpe/simple_spread[fingerprint ffffffff]");
        assertThat(report.warnings()).anyMatch(line -> line.contains("kept apart"));
        // The references and the paper's numbers hold for the published dynamics only.
        assertThat(report.sections().get(0).reference()).isPresent();
        assertThat(report.sections().get(1).reference()).isEmpty();
        assertThat(report.sections().get(1).paper()).isEmpty();
        assertThat(report.scores().rows().stream().filter(row -> row.normalized().isEmpty()))
                .hasSize(4);
    }

    @Test
    void otherDataProtocolsTracksAndBudgetsAreKeptApart() {
        keptApart("9d2c41f7", "00000000", "data 00000000");
        keptApart("\"finalEpisodes\": 8", "\"finalEpisodes\": 9", "9 final episodes");
        keptApart("\"rounds\": 50", "\"rounds\": 60", "60 rounds");
        keptApart("\"track\": \"equal\"", "\"track\": \"paper\"", "several tracks (equal, paper)");
        keptApart(
                "\"track\": \"equal\"",
                "\"track\": \"equal\", \"scale\": 0.25",
                "several tracks (equal, equal-scale0.25)");
    }

    private void keptApart(String text, String with, String warning) {
        Path run = Fixture.copyTo(folder.resolve("run" + warning.hashCode()));
        Fixture.replaceEverywhere(run, text, with);
        Report report = report(Fixture.RUN, run);
        assertThat(report.sections()).as(warning).hasSize(2);
        assertThat(report.warnings()).anyMatch(line -> line.contains(warning));
        assertThat(report.scores().rows().stream().map(row -> row.task() + row.track()).distinct())
                .as(warning)
                .hasSize(2);
    }

    @Test
    void dataOfItsOwnPerSeedStaysInOneTable() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        for (String algorithm : List.of("cfcql", "td3-bc")) {
            Path cell = run.resolve(Fixture.cell(algorithm, 1));
            Fixture.replaceEverywhere(cell, "9d2c41f7", "00000000");
            Fixture.replace(cell, "cell.json", "159.91", "179.91");
        }
        Report report = report(run);
        assertThat(report.sections()).hasSize(1);
        assertThat(ScoreTables.of(report.sections().get(0)).rows())
                .anySatisfy(row -> assertThat(row).startsWith("data set mean").contains("169.9"));
        assertThat(report.warnings()).anyMatch(line -> line.contains("data of its own"));
    }

    @Test
    void curvesOfOnlineRunsStandOverEnvironmentSteps() {
        assertThat(Charts.of(report(Fixture.RUN)).get(0).path("xTitle").asText())
                .isEqualTo("rounds");
        Path run = Fixture.copyTo(folder.resolve("run"));
        Fixture.replace(
                run, "evaluations.jsonl", "\"episode\"", "\"environmentSteps\": 900, \"episode\"");
        JsonNode chart = Charts.of(report(run)).get(0);
        assertThat(chart.path("xTitle").asText()).isEqualTo("environment steps");
        assertThat(chart.at("/lines/0/mean/x").get(0).asDouble()).isEqualTo(900);
    }

    @Test
    void otherSettingsAreAnotherLine() {
        Path run = Fixture.copyTo(folder.resolve("run"));
        for (String file : List.of("cell.json", "result.json")) {
            Fixture.replace(run, file, "\"alpha\": 0.5", "\"alpha\": 5.0");
        }
        Report report = report(Fixture.RUN, run);
        assertThat(report.sections()).hasSize(1);
        assertThat(report.sections().get(0).lines())
                .extracting(ScoreLine::label)
                .containsExactly("cfcql{alpha=0.5}", "td3-bc", "cfcql{alpha=5.0}");
    }

    @Test
    void aRunFolderWithoutPlanLedgerAndMetricsWillDo() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        Files.delete(run.resolve("plan.json"));
        try (Stream<Path> files = Files.walk(run)) {
            List<Path> spare =
                    files.filter(
                                    path ->
                                            path.endsWith("ledger.json")
                                                    || path.endsWith("metrics.jsonl")
                                                    || path.endsWith("timing.jsonl"))
                            .toList();
            for (Path file : spare) {
                Files.delete(file);
            }
        }
        Report report = report(run);
        assertThat(report.scores().rows()).hasSize(4);
        assertThat(BudgetTables.of(report.sections().get(0)).rows().get(0))
                .contains("250 / 250", "50 / 50");
    }

    @Test
    void aSeedThatIsInTwoFoldersCountsOnce() {
        Report report = report(Fixture.RUN, Fixture.copyTo(folder.resolve("copy")));
        ReportTable table = ScoreTables.of(report.sections().get(0));
        assertThat(table.rows().get(0)).startsWith("cfcql", "2", "69.9 ± 7.3");
        assertThat(report.scores().rows()).hasSize(4);
    }

    @Test
    void aSeedThatWasNeverStartedIsPlannedAllTheSame() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        try (Stream<Path> files = Files.list(run.resolve(Fixture.cell("cfcql", 1)))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThat(ScoreTables.of(report(run).sections().get(0)).rows().get(0))
                .startsWith("cfcql", "1 of 2");
    }

    @Test
    void threeSeedsHaveTheirMeanAndTheDeviationOfASample() {
        MadeUpRun run = new MadeUpRun(folder.resolve("made-up"));
        run.cell("cfcql", "", "smax/2s3z", "medium", 10, 0, 0.1);
        run.cell("cfcql", "", "smax/2s3z", "medium", 10, 1, 0.2);
        run.cell("cfcql", "", "smax/2s3z", "medium", 10, 2, 0.6);
        ReportTable table = ScoreTables.of(run.report().sections().get(0));
        // Mean 0.3; squares 0.04 + 0.01 + 0.09 over 2.
        assertThat(table.rows().get(0)).contains("0.300 ± 0.265");
    }

    @Test
    void whatWasGrantedAndWhatWasSpentAreColumnsOfTheirOwn() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        for (String name : List.of("ledger.json", "result.json")) {
            Path ledger = run.resolve(Fixture.cell("cfcql", 0)).resolve(name);
            String text = Files.readString(ledger);
            int spent = text.indexOf("spent");
            Files.writeString(
                    ledger,
                    text.substring(0, spent)
                            + text.substring(spent).replace("\"ACTOR\": 50", "\"ACTOR\": 49"));
        }
        ReportFolder.write(report(run), folder.resolve("out"));
        assertThat(Files.readAllLines(folder.resolve("out").resolve("budget.csv")))
                .filteredOn(line -> line.contains("cfcql") && line.contains("ACTOR"))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).endsWith("ACTOR,50,49"),
                        line -> assertThat(line).endsWith("ACTOR,50,50"));
    }

    @Test
    void latexKnowsEverySignOfTheTables() throws IOException {
        ReportFolder.write(report(Fixture.RUN), folder.resolve("out"));
        assertThat(Files.readAllLines(folder.resolve("out").resolve("table.tex")))
                .anyMatch(line -> line.contains("69.9 $\\pm$ 7.3"))
                .filteredOn(line -> !line.startsWith("%"))
                .noneMatch(line -> line.matches(".*[±·×−–\u2009].*"));
    }

    @Test
    void anAlgorithmThatLacksATaskIsLeftOutOfTheAggregate() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        Fixture.replaceEverywhere(run, "\"simple_spread-random\"", "\"simple_spread-other\"");
        for (int seed = 0; seed < 2; seed++) {
            Files.delete(run.resolve(Fixture.cell("td3-bc", seed)).resolve("result.json"));
        }
        ReportTable table = Aggregates.of(report(Fixture.RUN, run)).get(0);
        assertThat(table.rows()).extracting(row -> row.get(0)).containsExactly("cfcql");
        assertThat(table.notes()).anyMatch(note -> note.contains("not run on every task: td3-bc"));
    }

    @Test
    void severalTasksAreAggregated() {
        Path run = Fixture.copyTo(folder.resolve("run"));
        assertThat(Aggregates.of(report(run))).isEmpty();
        Fixture.replaceEverywhere(run, "\"simple_spread-random\"", "\"simple_spread-other\"");
        ReportTable table = Aggregates.of(report(Fixture.RUN, run)).get(0);
        assertThat(table.rows()).extracting(row -> row.get(0)).containsExactly("cfcql", "td3-bc");
        // The same scores twice: the mean over tasks is that of one task.
        assertThat(table.rows().get(0).get(1)).startsWith("69.9 [");
    }

    @Test
    void preTrainingHasItsOwnBudgetLineAndIsSaidBesideTheScore() {
        Path run = Fixture.copyTo(folder.resolve("run"));
        for (String name : List.of("ledger.json", "result.json")) {
            Fixture.replace(run, name, "\"AUXILIARY\": 0", "\"AUXILIARY\": 70");
        }
        Section section = report(run).sections().get(0);
        ReportTable scores = ScoreTables.of(section);
        assertThat(scores.rows().get(0).get(scores.columns().indexOf("beside its budget")))
                .isEqualTo("70 auxiliary steps");
        List<List<String>> rows = BudgetTables.of(section).rows();
        assertThat(rows).hasSize(4);
        assertThat(rows.get(1)).startsWith("cfcql", "auxiliary pre-training", "70 / 70");
    }

    @Test
    void hostileNamesAreTextEverywhere() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        String hostile = "a</script><img src=x onerror=alert(1)>";
        Fixture.replaceEverywhere(run, "\"variant\": \"\"", "\"variant\": \"" + hostile + "\"");
        Path page = ReportFolder.write(report(run), folder.resolve("out"));
        assertThat(Files.readString(page)).doesNotContain("<img").doesNotContain(hostile);
    }

    @Test
    void wrongInputIsRefusedInOneLine() throws IOException {
        refused(folder, "found none in");
        Path run = Fixture.copyTo(folder.resolve("run"));
        Path result = run.resolve(Fixture.cell("cfcql", 0)).resolve("result.json");
        String sound = Files.readString(result);
        Files.writeString(result, sound.substring(0, 40));
        named(run, "expected JSON objects in");
        Files.writeString(result, "{\"schema\": 2}");
        named(run, "found 2; use the newer cfcql");
        Files.writeString(result, sound.replaceFirst("\"score\": [0-9.]+", "\"score\": null"));
        named(run, "expected a finite score");
        Files.copy(
                run.resolve(Fixture.cell("cfcql", 1)).resolve("result.json"),
                result,
                StandardCopyOption.REPLACE_EXISTING);
        named(run, "expected the result of cfcql__mpe");
    }

    @Test
    void compressedEvaluationsGiveTheSameTables() throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        for (String name : List.of(Fixture.cell("cfcql", 0), Fixture.cell("td3-bc", 1))) {
            Path plain = run.resolve(name).resolve("evaluations.jsonl");
            byte[] bytes = Files.readAllBytes(plain);
            try (OutputStream packed =
                    new GZIPOutputStream(
                            Files.newOutputStream(plain.resolveSibling("evaluations.jsonl.gz")))) {
                packed.write(bytes);
            }
            Files.delete(plain);
        }
        ReportFolder.write(report(Fixture.RUN), folder.resolve("plain"));
        ReportFolder.write(report(run), folder.resolve("packed"));
        for (String name : List.of("table.md", "scores.csv", "budget.csv")) {
            assertThat(folder.resolve("packed").resolve(name))
                    .hasSameTextualContentAs(folder.resolve("plain").resolve(name));
        }
        Path packed = run.resolve(Fixture.cell("cfcql", 0)).resolve("evaluations.jsonl.gz");
        byte[] bytes = Files.readAllBytes(packed);
        Files.write(packed, Arrays.copyOf(bytes, bytes.length / 2));
        named(run, "does not unpack");
    }

    @ParameterizedTest
    @CsvSource({
        "/settings, alpha, 7.5, settings.alpha 7.5",
        "'', seed, 7, seed 7",
        "'', track, \"PAPER\", track \"PAPER\"",
        "'', batch, 9, budget.batch 9",
        "'', rounds, 9, budget.rounds 9",
        "'', datasetName, \"other\", dataset.name \"other\"",
        "/environment, id, \"mpe/simple_tag\", environment.id \"mpe/simple_tag\""
    })
    void aResultOfAnotherCellThanPlannedIsNamedAndNotShown(
            String at, String key, String value, String said) throws IOException {
        Path run = Fixture.copyTo(folder.resolve("run"));
        Path plan = run.resolve("plan.json");
        ObjectMapper json = new ObjectMapper();
        JsonNode root = json.readTree(plan.toFile());
        ((ObjectNode) root.at("/cells/0" + at)).set(key, json.readTree(value));
        json.writeValue(plan.toFile(), root);
        named(run, "expected a cell of " + said);
    }

    /** A damaged cell is among the open ones with what to do, and no score of it is shown. */
    private static void named(Path run, String message) {
        Report report = report(run);
        assertThat(OpenCells.table(report).rows())
                .anySatisfy(
                        row -> {
                            assertThat(row.get(0)).startsWith("cfcql").contains("__s0__");
                            assertThat(row.get(2)).contains(message).doesNotContain("\n");
                        });
        assertThat(report.scores().rows()).hasSize(3);
    }

    private static void refused(Path run, String message) {
        assertThatThrownBy(() -> RunReader.read(run))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
    }

    private static Report report(Path... runs) {
        return Report.of(
                Stream.of(runs).map(RunReader::read).toList(), KnownAlgorithms.publications());
    }
}
