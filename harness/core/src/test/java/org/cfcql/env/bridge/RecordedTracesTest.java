package org.cfcql.env.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.cfcql.env.EnvironmentRequest;
import org.cfcql.env.wire.ArrayFrames;
import org.cfcql.env.wire.ElementType;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.RecordedFrames;
import org.cfcql.env.wire.Spec;
import org.cfcql.env.wire.StateGet;
import org.cfcql.env.wire.StateSet;
import org.cfcql.env.wire.Step;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole recorded episodes in double precision, from given states, through a real worker. */
class RecordedTracesTest {
    private static final long DEADLINE_MS = 60_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "simple_spread.json",
                "simple_tag.json",
                "simple_world.json",
                // Agents whose rewards differ, worked out by hand.
                "collision.json"
            })
    void aReplayedEpisodeGivesTheRecordedNumbers(String file) {
        JsonNode trace = RecordedFrames.trace(file);
        double tolerance = trace.get("tolerance").asDouble();
        int rows = trace.get("states").size();
        boolean[] all = new boolean[rows];
        Arrays.fill(all, true);
        RouterLink link = new RouterLink(RealBridges.open().worker("numpy"), 1);
        try (BridgeSession session =
                new BridgeSession(link, RealBridges.DEADLINES, MonotonicClock.SYSTEM, "none")) {
            session.greet();
            Spec spec = session.make(request(trace, rows), doublePrecision(trace));
            List<byte[]> states = new ArrayList<>();
            trace.get("states").forEach(hex -> states.add(HexFormat.of().parseHex(hex.asText())));
            Message reply = session.exchange(new StateSet(all, states), DEADLINE_MS);
            compare("start", reply.arrays().get(0), trace.get("first_observations"), tolerance);
            assertThat(session.exchange(new StateGet(), DEADLINE_MS).arrays())
                    .usingRecursiveComparison()
                    .isEqualTo(states);
            int rewards = spec.stepFrames().indexOf("rewards");
            for (int step = 0; step < trace.get("actions").size(); step++) {
                byte[] actions = ArrayFrames.doubles(flatten(trace.get("actions").get(step)));
                reply = session.exchange(new Step(actions, all), DEADLINE_MS);
                String when = "step " + (step + 1);
                JsonNode observations = trace.get("observations").get(step);
                compare(when, reply.arrays().get(0), observations, tolerance);
                JsonNode expected = trace.get("rewards").get(step);
                compare(when, reply.arrays().get(rewards), expected, tolerance);
            }
        }
    }

    private static EnvironmentRequest request(JsonNode trace, int rows) {
        TreeMap<String, String> options = new TreeMap<>();
        trace.get("options")
                .properties()
                .forEach(each -> options.put(each.getKey(), each.getValue().asText()));
        return new EnvironmentRequest(trace.get("env").asText(), options, rows);
    }

    private static Map<String, ElementType> doublePrecision(JsonNode trace) {
        Map<String, ElementType> types = new TreeMap<>();
        trace.get("dtypes")
                .properties()
                .forEach(
                        each -> types.put(each.getKey(), ElementType.of(each.getValue().asText())));
        return types;
    }

    private static void compare(String when, byte[] frame, JsonNode expected, double tolerance) {
        double[] found = ArrayFrames.toDoubles(frame, ElementType.F64);
        double[] wanted = flatten(expected);
        assertThat(found).as(when).hasSameSizeAs(wanted);
        for (int index = 0; index < wanted.length; index++) {
            double difference = Math.abs(found[index] - wanted[index]);
            assertThat(difference).as(when + ", value " + index).isLessThanOrEqualTo(tolerance);
        }
    }

    private static double[] flatten(JsonNode node) {
        if (!node.isArray()) {
            return new double[] {node.asDouble()};
        }
        return StreamSupport.stream(node.spliterator(), false)
                .flatMapToDouble(each -> Arrays.stream(flatten(each)))
                .toArray();
    }
}
