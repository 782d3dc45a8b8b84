package org.cfcql.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The numbers of rliable and SciPy on a stored file, see the README beside it. */
final class GoldenStatisticsTest {
    private static final Path FOLDER = Path.of("src/test/resources/org/cfcql/stats");

    /** rliable and SciPy compute in float64 as we do; only the order of sums differs. */
    private static final double EXACT = 1e-9;

    /**
     * A 2.5 % quantile of 20 000 resamples has a standard error of 0.48 % of the interval's width;
     * the difference of two such has 0.7 %, five times that is 3.5 %.
     */
    private static final double RESAMPLING_NOISE = 0.035;

    /**
     * The stored intervals of the probability of improvement come from far fewer resamples: those
     * of (b,c) and (c,b) should mirror each other and differ by 5.6 % of their width, and
     * neighbouring order statistics are four steps apart, as with about 200 resamples. Their
     * standard error is then 4.8 % of the width; three times that.
     */
    private static final double NOISE_OF_IMPROVEMENTS = 0.15;

    private static JsonNode expected;
    private static JsonNode found;

    @BeforeAll
    static void compute() throws IOException {
        expected = new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
        ScoreMatrix matrix = ScoreMatrix.of(ScoreTable.read(FOLDER.resolve("scores.csv")));
        int resamples = expected.get("bootstrap_reps").asInt();
        found = StatisticsJson.of(ScoreStatistics.of(matrix, resamples, 0));
    }

    @Test
    void everyExpectedKeyIsThere() {
        List<String> missing = new ArrayList<>();
        collectMissing("", expected, found, missing);
        assertThat(missing).isEmpty();
    }

    @Test
    void pointsOfAggregatesAndImprovementsAreExact() {
        for (String section : List.of("aggregates", "probability_of_improvement")) {
            walk(section, expected.get(section), found.get(section));
        }
    }

    @Test
    void intervalsAgreeWithinTheNoiseOfResampling() {
        walkIntervals("aggregates", RESAMPLING_NOISE);
        walkIntervals("probability_of_improvement", NOISE_OF_IMPROVEMENTS);
    }

    @Test
    void performanceProfilesAgree() {
        JsonNode profiles = expected.get("performance_profile");
        for (String name : List.of("a", "b", "c")) {
            JsonNode ours = found.get("performance_profile").get(name);
            JsonNode theirs = profiles.get(name);
            for (int index = 0; index < profiles.get("tau").size(); index++) {
                String where = name + " above " + profiles.get("tau").get(index);
                assertThat(ours.get("point").get(index).asDouble())
                        .as(where)
                        .isCloseTo(theirs.get("point").get(index).asDouble(), within(EXACT));
                // Shares move in steps of one run: 1/60 with five runs on twelve tasks.
                for (String bound : List.of("low95", "high95")) {
                    assertThat(ours.get(bound).get(index).asDouble())
                            .as(where + " " + bound)
                            .isCloseTo(theirs.get(bound).get(index).asDouble(), within(0.0167));
                }
            }
        }
    }

    @Test
    void summariesPerTaskAndTestsAreExact() {
        for (String section :
                List.of(
                        "per_task",
                        "welch_t_two_sided",
                        "mann_whitney_two_sided",
                        "holm_of_welch")) {
            walk(section, expected.get(section), found.get(section));
        }
    }

    private static void collectMissing(
            String path, JsonNode theirs, JsonNode ours, List<String> missing) {
        theirs.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!ours.has(name)) {
                                missing.add(path + "/" + name);
                            } else {
                                collectMissing(
                                        path + "/" + name,
                                        theirs.get(name),
                                        ours.get(name),
                                        missing);
                            }
                        });
    }

    private static void walk(String path, JsonNode theirs, JsonNode ours) {
        if (theirs.isNumber()) {
            boolean bound = path.endsWith("low95") || path.endsWith("high95");
            if (!bound) {
                double scale = Math.max(1, Math.abs(theirs.asDouble()));
                assertThat(ours.asDouble())
                        .as(path)
                        .isCloseTo(theirs.asDouble(), within(EXACT * scale));
            }
            return;
        }
        theirs.fieldNames()
                .forEachRemaining(
                        name -> walk(path + "/" + name, theirs.get(name), ours.get(name)));
    }

    private static void walkIntervals(String section, double noise) {
        walkIntervals(section, expected.get(section), found.get(section), noise);
    }

    private static void walkIntervals(String path, JsonNode theirs, JsonNode ours, double noise) {
        if (!theirs.has("low95")) {
            theirs.fieldNames()
                    .forEachRemaining(
                            name ->
                                    walkIntervals(
                                            path + "/" + name,
                                            theirs.get(name),
                                            ours.get(name),
                                            noise));
            return;
        }
        double width = theirs.get("high95").asDouble() - theirs.get("low95").asDouble();
        for (String bound : List.of("low95", "high95")) {
            assertThat(ours.get(bound).asDouble())
                    .as(path + "/" + bound)
                    .isCloseTo(theirs.get(bound).asDouble(), within(noise * width));
        }
    }
}
