package org.cfcql.report.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.cfcql.report.MadeUpRun;
import org.cfcql.report.model.Report;
import org.cfcql.stats.ScoreStatistics.Pair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PicturesTest {
    @TempDir private Path folder;

    /** Two battles; a third line that lacks one of them. */
    private List<TaskGroup> groups() {
        MadeUpRun run = new MadeUpRun(folder.resolve("run"));
        for (long seed : List.of(0L, 1L)) {
            run.cell("cfcql", "", "smax/2s3z", "medium", 9, seed, 0.5 + 0.25 * seed);
            run.cell("bc", "", "smax/2s3z", "medium", 9, seed, 0.25 * seed);
            run.cell("omar", "alpha=1", "smax/2s3z", "medium", 9, seed, 0.25);
            run.cell("omar", "alpha=2", "smax/2s3z", "medium", 9, seed, 1);
            run.cell("cfcql", "", "smax/2s3z", "expert", 9, seed, 0.5);
            run.cell("bc", "", "smax/2s3z", "expert", 9, seed, 0.5);
        }
        Report report = run.report();
        return TaskGroup.of(report);
    }

    @Test
    void linesThatLackATaskAreNamedAndDrawnInTheirOwnComparisonOnly() {
        List<TaskGroup> groups = groups();
        assertThat(groups).hasSize(3);
        assertThat(groups.get(0).title()).isEqualTo("Over all tasks · equal track");
        assertThat(groups.get(0).runs()).containsOnlyKeys("cfcql", "bc");
        assertThat(groups.get(0).leftOut()).containsExactly("omar[alpha=1]", "omar[alpha=2]");
        assertThat(groups.get(0).tasks())
                .containsExactlyInAnyOrder("smax/2s3z · medium", "smax/2s3z · expert");
    }

    @Test
    void everyNumberOfAGroupIsThatWorkedOutByHand() {
        Pictures pictures = Pictures.of(groups().get(0));
        // 50, 75, 50, 50 without the lowest and the highest; 0, 25, 50, 50 likewise.
        assertThat(pictures.interquartileMeans().keySet()).containsExactly("cfcql", "bc");
        assertThat(pictures.interquartileMeans().get("cfcql").point()).isEqualTo(50);
        assertThat(pictures.interquartileMeans().get("bc").point()).isEqualTo(37.5);
        // Equal on one task, first and second on the other.
        assertThat(pictures.ranks().get("cfcql")).containsExactlyInAnyOrder(1.0, 1.5);
        assertThat(pictures.ranks().get("bc")).containsExactlyInAnyOrder(2.0, 1.5);
        assertThat(pictures.improvements().get(new Pair("bc", "cfcql")).point()).isEqualTo(0.25);
        // Scores grow linearly; evaluations after 0, 100, 200, 300 of 400 rounds and at the end.
        assertThat(pictures.budget().get("cfcql"))
                .extracting(interval -> interval.point())
                .containsExactly(0.0, 0.0, 0.0, 12.5, 12.5, 25.0, 25.0, 25.0, 37.5, 37.5, 50.0);
        Pictures.Means means = pictures.means().get("cfcql");
        assertThat(means.last()).isEqualTo(56.25);
        assertThat(means.best()).isEqualTo(0.75 * 56.25);
        assertThat(means.tail()).isEqualTo(0.375 * 56.25);
    }

    @Test
    void variantsOfAnAlgorithmAreItsPoliciesTried() {
        List<TaskGroup> groups = groups();
        Pictures medium =
                Pictures.of(
                        groups.stream()
                                .filter(group -> group.title().contains("medium"))
                                .findFirst()
                                .orElseThrow());
        assertThat(medium.tried().get("omar")).hasSize(4).startsWith(62.5).endsWith(100.0);
    }

    @Test
    void expectedBestIsTheMeanOverAllWaysToChoose() {
        double[] values = {2, 4, 1};
        assertThat(Pictures.expectedBest(values, 1)).isCloseTo(7 / 3.0, within(1e-12));
        assertThat(Pictures.expectedBest(values, 2)).isCloseTo(10 / 3.0, within(1e-12));
        assertThat(Pictures.expectedBest(values, 3)).isCloseTo(4, within(1e-12));
    }
}
