package org.cfcql.report.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cfcql.error.UserError;
import org.cfcql.random.RandomStream;
import org.cfcql.report.compare.RecordedSide;
import org.cfcql.report.compare.Side;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTest {
    private static final int CELLS = 12;

    @TempDir private Path folder;

    /** Scores of one line and seed: normal around a mean of its own. */
    private double[][] drawn(long seed, int seeds) {
        double[][] scores = new double[CELLS][seeds];
        RandomStream stream = new RandomStream(seed);
        float[] numbers = new float[CELLS * seeds];
        stream.fillNormal(numbers);
        for (int cell = 0; cell < CELLS; cell++) {
            for (int index = 0; index < seeds; index++) {
                scores[cell][index] = 100 * cell + (1 + cell) * numbers[cell * seeds + index];
            }
        }
        return scores;
    }

    private Side side(String name, double[][] scores, long firstSeed) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("env,dataset,algorithm,seed,track,score,normalized");
        for (int cell = 0; cell < scores.length; cell++) {
            for (int index = 0; index < scores[cell].length; index++) {
                lines.add(
                        "mpe/simple_spread,random,line%d,%d,equal,%s,"
                                .formatted(cell, firstSeed + index, scores[cell][index]));
            }
        }
        return Side.read(Files.write(folder.resolve(name + ".csv"), lines), Side.Choice.ALL);
    }

    private Gate gate(double[][] reference, double[][] candidate, long firstSeed)
            throws IOException {
        return Gate.of(
                side("reference", reference, 0),
                side("candidate", candidate, firstSeed),
                GateRules.DEFAULT,
                false);
    }

    private static double[][] first(double[][] scores, int seeds) {
        return Arrays.stream(scores).map(row -> Arrays.copyOf(row, seeds)).toArray(double[][]::new);
    }

    @Test
    void theSameNumbersAreIdentical() throws IOException {
        double[][] reference = drawn(1, 10);
        Gate gate = gate(reference, first(reference, 5), 0);
        assertThat(gate.verdict()).isEqualTo(Verdict.IDENTICAL);
        assertThat(gate.coverage()).startsWith("coverage: 12 of 12 cells of the reference");
    }

    @Test
    void otherSeedsOfTheSameKindPass() throws IOException {
        assertThat(gate(drawn(1, 10), drawn(2, 5), 100).verdict()).isEqualTo(Verdict.PASS);
    }

    /** Alarms among many null comparisons stay within the level, counting error included. */
    @Test
    void alarmsAreAsRareAsTheLevelSays() throws IOException {
        int trials = 400;
        long alarms = 0;
        for (int trial = 0; trial < trials; trial++) {
            Verdict verdict = gate(drawn(1000 + trial, 10), drawn(5000 + trial, 5), 100).verdict();
            alarms += verdict == Verdict.REGRESSION || verdict == Verdict.SUSPICIOUS ? 1 : 0;
        }
        // 0.05 of 400 is 20; a deviation is 4.4.
        assertThat(alarms).as("alarms of %d", trials).isBetween(1L, 33L);
    }

    @Test
    void aLossInOneCellIsARegressionAndAGainIsSuspicious() throws IOException {
        double[][] worse = drawn(2, 5);
        double[][] better = drawn(2, 5);
        for (int index = 0; index < 5; index++) {
            worse[3][index] -= 5 * 4;
            better[3][index] += 5 * 4;
        }
        Gate gate = gate(drawn(1, 10), worse, 100);
        assertThat(gate.verdict()).isEqualTo(Verdict.REGRESSION);
        assertThat(gate.cells())
                .filteredOn(cell -> cell.verdict() == Verdict.REGRESSION)
                .extracting(cell -> cell.name().algorithm())
                .containsExactly("line3");
        assertThat(gate(drawn(1, 10), better, 100).verdict()).isEqualTo(Verdict.SUSPICIOUS);
    }

    @Test
    void aLossThatNoCellShowsByItselfIsShownByAllTogether() throws IOException {
        double[][] worse = drawn(2, 5);
        for (int cell = 0; cell < CELLS; cell++) {
            for (int index = 0; index < 5; index++) {
                worse[cell][index] -= 0.9 * (1 + cell);
            }
        }
        Gate gate = gate(drawn(1, 10), worse, 100);
        assertThat(gate.cells()).noneMatch(cell -> cell.verdict() == Verdict.REGRESSION);
        assertThat(gate.overall().orElseThrow().verdict()).isEqualTo(Verdict.REGRESSION);
        assertThat(gate.verdict()).isEqualTo(Verdict.REGRESSION);
    }

    @Test
    void tooFewSeedsAreUndecided() throws IOException {
        assertThat(gate(drawn(1, 10), drawn(2, 2), 100).verdict()).isEqualTo(Verdict.UNDECIDED);
        Gate close = gate(drawn(1, 6), drawn(2, 5), 100);
        assertThat(close.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(close.cells().get(0).why().orElseThrow())
                .contains("expected at least 10 seeds of the reference for 5", "found 6");
    }

    @Test
    void aCellWithoutAResultIsInfrastructureAndNeverAScore() throws IOException {
        double[][] fewer = Arrays.copyOf(drawn(2, 5), CELLS - 1);
        Gate gate = gate(drawn(1, 10), fewer, 100);
        assertThat(gate.verdict()).isEqualTo(Verdict.INFRASTRUCTURE);
        assertThat(gate.coverage()).contains("11 of 12", "1 have none");
        Gate part =
                Gate.of(
                        side("reference", drawn(1, 10), 0),
                        side("candidate", fewer, 100),
                        GateRules.DEFAULT,
                        true);
        assertThat(part.verdict()).isEqualTo(Verdict.PASS);
        assertThat(part.coverage()).contains("11 of 12", "1 were left out");
    }

    @Test
    void whatIsRecordedIsReadBackAndConditionsHold() throws IOException {
        Side run = Side.read(Path.of("src/test/resources/org/cfcql/report/run"), Side.Choice.ALL);
        String text = RecordedSide.text(run.cells(), "by hand");
        Side read =
                Side.read(
                        Files.writeString(folder.resolve("recorded.json"), text), Side.Choice.ALL);
        assertThat(read.cells().keySet()).isEqualTo(run.cells().keySet());
        assertThat(Gate.of(read, run, GateRules.DEFAULT, true).cells())
                .isNotEmpty()
                .allMatch(cell -> cell.verdict() == Verdict.IDENTICAL || !cell.open().isEmpty());
        Path other = folder.resolve("other.json");
        Files.writeString(other, text.replaceFirst("(\"fingerprint\" : \")..", "$1zz"));
        Side tampered = Side.read(other, Side.Choice.ALL);
        assertThatThrownBy(() -> Gate.of(tampered, run, GateRules.DEFAULT, true))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected fingerprint of")
                .hasMessageContaining("zz");
    }

    @Test
    void aContinuousIntegrationReadsEachVerdict() throws IOException {
        double[][] worse = drawn(2, 5);
        IntStream.range(0, 5).forEach(index -> worse[3][index] -= 50);
        Gate gate = gate(drawn(1, 10), worse, 100);
        assertThat(GateFiles.junit(gate))
                .contains("tests=\"13\"", "failures=\"", "regression: expected")
                .doesNotContain("<error");
        assertThat(GateFiles.benchmark(gate)).contains("\"unit\" : \"score\"", "regression");
        assertThat(GateText.markdown(gate))
                .startsWith("coverage: ")
                .containsSubsequence("smallest loss that these seeds show", "verdict: regression");
    }
}
