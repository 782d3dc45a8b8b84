package org.cfcql.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScoresTest {
    @Test
    void theDeviationIsThatOfASample() {
        assertThat(Scores.of(results(2, 4, 4, 4, 5, 5, 7, 9)))
                .isEqualTo(new Scores(8, 5, Math.sqrt(32.0 / 7), 2, 9));
    }

    @Test
    void oneEpisodeHasNoDeviation() {
        assertThat(Scores.of(results(-3.5))).isEqualTo(new Scores(1, -3.5, 0, -3.5, -3.5));
    }

    @Test
    void noEpisodeHasNoScore() {
        assertThatThrownBy(() -> Scores.of(List.of())).hasMessageContaining("at least one episode");
    }

    private static List<EpisodeResult> results(double... scores) {
        List<EpisodeResult> results = new ArrayList<>();
        for (double score : scores) {
            results.add(
                    new EpisodeResult(
                            results.size(), 0, score, new double[] {score}, 1, new TreeMap<>()));
        }
        return results;
    }
}
