package org.cfcql.report.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cfcql.report.Fixture;
import org.cfcql.report.KnownAlgorithms;
import org.cfcql.report.MadeUpRun;
import org.cfcql.report.model.Report;
import org.cfcql.report.read.RunData;
import org.cfcql.report.read.RunReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingSweepTest {
    @TempDir private Path folder;
    private MadeUpRun run;

    @BeforeEach
    void empty() {
        run = new MadeUpRun(folder.resolve("run"));
    }

    private void cell(String algorithm, String variant, long seed, double score) {
        run.cell(algorithm, variant, "smax/2s3z", "medium", 12, seed, score);
    }

    @Test
    void aSweptNumberBecomesTheAxisAndAlgorithmsWithoutItLevels() {
        for (long seed : List.of(0L, 1L)) {
            cell("cfcql", "alpha=0.5", seed, 0.4 + 0.2 * seed);
            cell("cfcql", "alpha=50", seed, 0.3);
            cell("macql", "alpha=50", seed, 0.1);
            cell("bc", "", seed, 0.2);
        }
        List<Figure> figures = Figures.of(run.report());
        assertThat(figures).hasSize(1);
        Figure figure = figures.get(0);
        assertThat(figure.title()).startsWith("win rate over alpha · smax/2s3z");
        assertThat(figure.table().columns())
                .containsExactly("algorithm", "alpha = 0.5", "alpha = 50");
        assertThat(figure.table().rows())
                .containsExactly(
                        List.of("cfcql", "0.500 ± 0.141", "0.300 ± 0.000"),
                        List.of("macql", "–", "0.100 ± 0.000"));
        assertThat(figure.levels()).isEqualTo(Map.of("bc", 0.2));
    }

    @Test
    void whereThereIsAReferenceTheSweptScoresAreNormalised() {
        List<RunData> runs = new ArrayList<>();
        for (String alpha : List.of("1", "2")) {
            Path copy = Fixture.copyTo(folder.resolve(alpha));
            Fixture.replaceEverywhere(
                    copy, "\"variant\": \"\"", "\"variant\": \"alpha=" + alpha + "\"");
            Fixture.replaceEverywhere(copy, "\"alpha\": 0.5", "\"alpha\": " + alpha);
            runs.add(RunReader.read(copy));
        }
        Figure figure = Figures.of(Report.of(runs, KnownAlgorithms.publications())).get(0);
        assertThat(figure.title()).startsWith("normalised score over alpha");
        assertThat(figure.table().rows().get(0))
                .containsExactly("cfcql", "69.9 ± 7.3", "69.9 ± 7.3");
        // The data's mean return, 159.91, is next to that of random play.
        assertThat(figure.levels().get("data set mean")).isBetween(0.0308, 0.0309);
    }

    @Test
    void twoSettingsAtOnceWordsAndSingleValuesMakeNoFigure() {
        cell("cfcql", "alpha=0.5,lambda.tau=1", 0, 0.4);
        cell("cfcql", "alpha=5,lambda.tau=1", 0, 0.4);
        cell("macql", "macql.sampling=code", 0, 0.4);
        cell("macql", "macql.sampling=fixed", 0, 0.4);
        cell("icql", "alpha=5", 0, 0.4);
        assertThat(Figures.of(run.report())).isEmpty();
    }

    @Test
    void valuesAreInTheOrderOfNumbers() {
        for (int episodes : List.of(5000, 5, 50)) {
            cell("cfcql", "data.episodes=" + episodes, 0, episodes / 10_000.0);
        }
        assertThat(Figures.of(run.report()).get(0).values()).containsExactly(5.0, 50.0, 5000.0);
    }
}
