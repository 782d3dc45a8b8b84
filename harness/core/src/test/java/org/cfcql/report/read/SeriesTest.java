package org.cfcql.report.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesTest {
    private static JsonNode line(int round) {
        return new ObjectMapper()
                .createObjectNode()
                .put("round", round)
                .put("criticSteps", 5 * round)
                .put("loss", 10.0 * round);
    }

    /** 500 rounds in at most 200 points: three in each, the last of two. */
    @Test
    void aPointIsTheMeanOfItsRoundsAndStandsAtTheLast() {
        List<JsonNode> lines = IntStream.rangeClosed(1, 500).mapToObj(SeriesTest::line).toList();
        Series loss = Series.of(lines).get("loss");
        assertThat(Series.of(lines)).containsOnlyKeys("loss");
        assertThat(loss.rounds()).hasSize(167).startsWith(3, 6, 9).endsWith(498, 500);
        assertThat(loss.values()).hasSize(167).startsWith(20.0, 50.0).endsWith(4970.0, 4995.0);
    }
}
