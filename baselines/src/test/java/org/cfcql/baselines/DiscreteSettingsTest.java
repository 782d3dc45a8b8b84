package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;
import org.cfcql.testkit.Recorder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of the discrete baselines changes something, or is refused where it cannot. */
class DiscreteSettingsTest {
    private static final int UPDATES = 5;
    private static final int ENVIRONMENTS = 40;

    /** Both layouts give the same numbers; another test compares them. */
    private static final String SAME_NUMBERS = "sequences";

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new TreeMap<>();
        for (int index = 0; index < pairs.length; index += 2) {
            map.put((String) pairs[index], pairs[index + 1]);
        }
        return map;
    }

    private static Map<String, Object> join(Map<String, ?> first, Map<String, ?> second) {
        Map<String, Object> both = new TreeMap<>(first);
        both.putAll(second);
        return both;
    }

    private static final Map<String, Object> SMALL = map("hidden", 6, "critic.hidden", 6);
    private static final Map<String, Object> COPIES =
            map("target.interval", 2, "innerTimeLoop", "single");
    private static final Map<String, Object> TEACHER =
            map("width", 8, "teacher.slots", 1000, "madtkd.mode", "faithful", "context", 3);

    /** Settings around a case, under which all keys of the algorithm matter. */
    private static final Map<String, Map<String, Object>> AROUND =
            Map.of(
                    "implicit-q-learning", join(SMALL, map("cosineSteps", 9)),
                    "awac", join(SMALL, map("cosineSteps", 9)),
                    "omar", join(SMALL, COPIES),
                    "omar cem", join(join(SMALL, COPIES), map("omarD.mode", "cem")),
                    "maicq", join(SMALL, COPIES),
                    "madtkd", map("width", 8, "teacher.slots", 1000),
                    "madtkd faithful", TEACHER,
                    "madtkd returns", join(TEACHER, map("returnConditioned", true)));

    private static final Map<String, Object> RECURRENT =
            map("lr", 0.05, "gamma", 0.5, "gradientClip", 1e-3, "hidden", 7, "critic.hidden", 7);

    private static final Map<String, Object> WEIGHTED =
            join(
                    RECURRENT,
                    map(
                            "inverseTemperature",
                            1,
                            "weightCap",
                            0.5,
                            "twinHeads",
                            "shared",
                            "cosineSteps",
                            2,
                            "targetTau",
                            0.9));

    private static final Map<String, Object> LOOPED =
            join(
                    RECURRENT,
                    map(
                            "innerTimeLoop",
                            "code",
                            "td.lambda",
                            0.1,
                            "criticLr",
                            0.05,
                            "target.interval",
                            3,
                            "target.stepsBefore",
                            1));

    private static final Map<String, Object> OMAR =
            join(
                    LOOPED,
                    map(
                            "omarD.mode",
                            "masked",
                            "twinHeads",
                            "shared",
                            "alpha",
                            0.1,
                            "omar.coefficient",
                            0.9));

    private static final Map<String, Object> DISTILLED =
            map(
                    "madtkd.mode",
                    "code",
                    "distillation.divergence",
                    2,
                    "distillation.relation",
                    2,
                    "teacher.refreshEvery",
                    2,
                    "teacher.slots",
                    2000,
                    "teacher.updates",
                    9,
                    "teacher.batch",
                    3,
                    "width",
                    16,
                    "layers",
                    2,
                    "heads",
                    2,
                    "lr",
                    0.05,
                    "weightDecay",
                    0.5);

    /** Another value for every key. */
    private static final Map<String, Map<String, Object>> CASES = cases();

    private static Map<String, Map<String, Object>> cases() {
        Map<String, Map<String, Object>> cases = new TreeMap<>();
        cases.put("implicit-q-learning", join(WEIGHTED, map("expectile", 0.9)));
        cases.put("awac", WEIGHTED);
        cases.put("omar", OMAR);
        cases.put("omar cem", join(OMAR, map("search.iterations", 1, "search.samples", 2)));
        cases.put(
                "maicq",
                join(
                        LOOPED,
                        map(
                                "targetTemperature",
                                1,
                                "policyTemperature",
                                5,
                                "rmsprop.decay",
                                0.5,
                                "rmsprop.epsilon",
                                0.1,
                                "mixer.embedding",
                                7)));
        cases.put("madtkd", join(DISTILLED, map("madtkd.mode", "faithful")));
        Map<String, Object> faithful = new HashMap<>(DISTILLED);
        // Its own two keys would be without effect in the mode of the code.
        faithful.remove("madtkd.mode");
        cases.put("madtkd faithful", join(faithful, map("context", 2, "returnConditioned", true)));
        cases.put(
                "madtkd returns",
                join(
                        faithful,
                        map("context", 2, "returnConditioned", false, "returnTarget", -300)));
        return cases;
    }

    static Stream<String> algorithms() {
        return CASES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void everyKeyChangesAnUpdateTheRoundOrThePlay(String name) {
        Outcome before = outcome(name, AROUND.get(name));
        List<String> inert = new ArrayList<>();
        CASES.get(name)
                .forEach(
                        (key, value) -> {
                            Map<String, Object> keys = join(AROUND.get(name), Map.of(key, value));
                            // Two ways to say one length exclude each other.
                            if (key.equals("teacher.updates")) {
                                keys.remove("teacher.slots");
                            }
                            if (outcome(name, keys).text().equals(before.text())) {
                                inert.add(key);
                            }
                        });
        assertThat(inert).as("keys of " + name + " without effect").isEmpty();
        TreeSet<String> tried = new TreeSet<>(CASES.get(name).keySet());
        tried.addAll(List.of(SAME_NUMBERS));
        if (name.startsWith("madtkd ")) {
            tried.add("madtkd.mode");
        }
        assertThat(tried).as("keys of " + name).isEqualTo(before.keys());
    }

    /**
     * What an experiment could notice.
     *
     * @param text round, auxiliary training, last update and play
     */
    private record Outcome(String text, TreeSet<String> keys) {}

    private static Outcome outcome(String name, Map<String, Object> keys) {
        Algorithm algorithm = Algorithms.find(name.split(" ")[0]);
        Recorder recorder = new Recorder();
        StringBuilder text = new StringBuilder();
        try (PointerScope scope = new PointerScope();
                DiscreteToy.Running running =
                        DiscreteToy.start(algorithm, keys, Track.EQUAL, recorder)) {
            text.append(running.schedule());
            algorithm
                    .configure(DiscreteToy.TASK, new Settings(algorithm.id(), keys), Track.EQUAL)
                    .pretraining()
                    .forEach(
                            plan ->
                                    text.append(plan.updates())
                                            .append(' ')
                                            .append(plan.slots())
                                            .append(' ')
                                            .append(plan.batchSize()));
            running.train(UPDATES);
            Map<String, double[]> numbers = new TreeMap<>(recorder.heard());
            numbers.putAll(DiscreteToy.parameters(running.learner()));
            numbers.forEach((key, values) -> text.append(key).append(Arrays.toString(values)));
            text.append(play(running.learner().policy()));
            return new Outcome(text.toString(), new TreeSet<>(running.keys().keySet()));
        }
    }

    /** Decisions in many environments. */
    private static String play(Policy policy) {
        int agents = DiscreteToy.AGENTS;
        float[] seen = new float[ENVIRONMENTS * agents * DiscreteToy.OBSERVATION];
        StringBuilder decisions = new StringBuilder();
        try (Policy.Session session = policy.open(ENVIRONMENTS)) {
            for (int step = 0; step < 4; step++) {
                for (int index = 0; index < seen.length; index++) {
                    seen[index] = (float) (2 * Math.sin(index * 1.7 + step));
                }
                Actions actions =
                        session.act(
                                new Observations(ENVIRONMENTS, seen, new float[0], new byte[0]));
                decisions.append(Arrays.toString(((Actions.Discrete) actions).values()));
                float[] rewards = new float[ENVIRONMENTS];
                Arrays.fill(rewards, 3);
                session.rewarded(rewards);
            }
        }
        return decisions.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "omar, search.samples, 4, set omarD.mode: cem",
        "madtkd, context, 4, set madtkd.mode: faithful",
        "madtkd, returnConditioned, true, set madtkd.mode: faithful",
        "madtkd, returnTarget, 10, set madtkd.mode: faithful",
    })
    void keysWithoutEffectAreRefused(String id, String key, String value, String advice) {
        assertThatThrownBy(() -> start(id, key, value))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'" + key + "'")
                .hasMessageContaining(advice);
    }

    @ParameterizedTest
    @CsvSource({
        "omar, omarD.mode, faithful, 'one of code, masked, cem'",
        "omar, innerTimeLoop, none, 'one of code, single'",
        "omar, omar.coefficient, 1.5, a number from 0.0 to 1.0",
        "omar, twinHeads, three, 'one of separate, shared'",
        "maicq, policyTemperature, 0, a number from 1.0E-9",
        "maicq, rmsprop.decay, 2, a number from 0.0 to 1.0",
        "implicit-q-learning, expectile, 1.1, a number from 0.0 to 1.0",
        "awac, weightCap, -1, a number from 0.0",
        "madtkd, madtkd.mode, paper, 'one of code, faithful'",
        "madtkd, heads, 3, to be a multiple of madtkd.heads",
        "madtkd, layers, 0, a whole number from 1",
        "awac, actor.mean, linear, a key of awac",
        "omar, lse.samples, 4, a key of omar",
        "maicq, norm.input, none, a key of maicq",
    })
    void badValuesAreRefusedInOneLine(String id, String key, String value, String expected) {
        assertThatThrownBy(() -> start(id, key, value))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected ")
                .hasMessageContaining(expected)
                .hasMessageNotContaining("\n");
    }

    private static void start(String id, String key, String value) {
        Object parsed =
                value.matches("-?[0-9.]+")
                        ? (Object) Double.valueOf(value)
                        : value.equals("true") ? (Object) true : value;
        try (PointerScope scope = new PointerScope()) {
            DiscreteToy.start(Algorithms.find(id), Map.of(key, parsed), Track.EQUAL, Probe.SILENT)
                    .close();
        }
    }
}
