package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every key of the continuous baselines changes something, or is refused where it cannot. */
class SettingsWithEffectTest {
    /** Settings around a case, under which all keys of the algorithm matter. */
    private static final Map<String, Map<String, Object>> AROUND =
            Map.of(
                    "bc", Map.of("hidden", 6),
                    "td3-bc", Map.of("hidden", 6),
                    "td3-bc independent", Map.of("hidden", 6, "critic", "independent"),
                    "matd3 independent",
                            Map.of("hidden", 6, "critic", "independent", "targetNoise", 0.3),
                    "icql",
                            Map.of(
                                    "hidden",
                                    6,
                                    "form",
                                    "halfcheetah",
                                    "alpha",
                                    1,
                                    "targetNoise",
                                    0.3),
                    "omar",
                            Map.of(
                                    "hidden",
                                    6,
                                    "form",
                                    "halfcheetah",
                                    "alpha",
                                    1,
                                    "targetNoise",
                                    0.3,
                                    "omar.coefficient",
                                    0.5),
                    "implicit-q-learning", Map.of("hidden", 6, "cosineSteps", 9),
                    "awac", Map.of("hidden", 6),
                    "maicq", Map.of("hidden", 6));

    private static final Map<String, Object> COMMON =
            Map.of("lr", 0.05, "hidden", 7, "norm.input", "none");

    private static final Map<String, Object> CRITICS =
            join(COMMON, Map.of("gamma", 0.5, "targetTau", 0.9, "criticPerActor", 3));

    private static final Map<String, Object> CENTRAL =
            join(CRITICS, Map.of("reward.aggregation", "mean"));

    private static final Map<String, Object> GAUSSIAN =
            join(CENTRAL, Map.of("logStdMin", 0.5, "logStdMax", -0.5));

    private static final Map<String, Object> NOISE =
            Map.of("targetNoise", 0.5, "targetNoiseClip", 0.1);

    private static final Map<String, Object> INDEPENDENT =
            join(join(CRITICS, NOISE), Map.of("gradientClip", 1e-3, "actionRegularisation", 0.5));

    private static final Map<String, Object> PENALTY =
            join(
                    INDEPENDENT,
                    Map.of(
                            "alpha",
                            3,
                            "form",
                            "mpe",
                            "lse.samples",
                            4,
                            "lse.temperature",
                            2,
                            "lse.groups",
                            "random+current",
                            "lse.sampleNoise",
                            0.7,
                            "lse.density",
                            "logarithm"));

    /** Another value for every key of every algorithm. */
    private static final Map<String, Map<String, Object>> CASES =
            Map.of(
                    "bc", COMMON,
                    "td3-bc",
                            join(join(CENTRAL, NOISE), Map.of("alpha", 1, "critic", "independent")),
                    "td3-bc independent",
                            join(join(CRITICS, NOISE), Map.of("alpha", 1, "critic", "central")),
                    "matd3 independent", without(INDEPENDENT, "criticPerActor"),
                    "icql", PENALTY,
                    "omar",
                            join(
                                    PENALTY,
                                    Map.of(
                                            "omar.coefficient",
                                            0.2,
                                            "search.mode",
                                            "softmax",
                                            "search.iterations",
                                            4,
                                            "search.samples",
                                            9,
                                            "search.elites",
                                            3,
                                            "search.mean",
                                            0.3,
                                            "search.deviation",
                                            0.6)),
                    "implicit-q-learning",
                            join(
                                    GAUSSIAN,
                                    Map.of(
                                            "expectile",
                                            0.9,
                                            "inverseTemperature",
                                            1,
                                            "weightCap",
                                            0.5,
                                            "cosineSteps",
                                            2)),
                    "awac",
                            join(
                                    GAUSSIAN,
                                    Map.of(
                                            "temperature",
                                            3,
                                            "weightCap",
                                            0.5,
                                            "layers",
                                            3,
                                            "actor.mean",
                                            "linear")),
                    "maicq",
                            join(
                                    GAUSSIAN,
                                    Map.of(
                                            "targetAlpha", 2,
                                            "targetTemperature", 1,
                                            "policyTemperature", 1,
                                            "weightDecay", 0.3)));

    private static Map<String, Object> join(Map<String, ?> first, Map<String, ?> second) {
        Map<String, Object> both = new TreeMap<>(first);
        both.putAll(second);
        return both;
    }

    private static Map<String, Object> without(Map<String, Object> keys, String key) {
        Map<String, Object> fewer = new TreeMap<>(keys);
        fewer.remove(key);
        return fewer;
    }

    static Stream<String> algorithms() {
        return CASES.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void everyKeyChangesAnUpdateOrTheRound(String name) {
        Map<String, Object> around = AROUND.get(name);
        Outcome before = outcome(name, around);
        List<String> inert = new ArrayList<>();
        CASES.get(name)
                .forEach(
                        (key, value) -> {
                            if (outcome(name, join(around, Map.of(key, value))).equals(before)) {
                                inert.add(key);
                            }
                        });
        assertThat(inert).as("keys of " + name + " without effect").isEmpty();
        TreeSet<String> known = new TreeSet<>(before.keys());
        // The form of MATD3 whose keys these are not.
        known.removeIf(key -> name.startsWith("matd3") && key.equals("critic"));
        assertThat(CASES.get(name).keySet()).as("keys of " + name).isEqualTo(known);
    }

    /** What an experiment could notice. */
    private record Outcome(
            List<UpdateStep> round, Map<String, List<Double>> numbers, List<String> keys) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Outcome outcome
                    && outcome.round.equals(round)
                    && outcome.numbers.equals(numbers);
        }

        @Override
        public int hashCode() {
            return numbers.hashCode();
        }
    }

    /** A round of the equal track, one more update, and what the policies do after it. */
    private static Outcome outcome(String name, Map<String, Object> keys) {
        Algorithm algorithm = Algorithms.find(name.split(" ")[0]);
        Settings settings = new Settings(algorithm.id(), keys);
        ConfiguredAlgorithm configured =
                Algorithms.configure(algorithm, Toy.TASK, settings, Track.EQUAL);
        List<UpdateStep> round = configured.schedule().steps();
        Recorder recorder = new Recorder();
        try (PointerScope scope = new PointerScope();
                HarnessContext context = Toy.context(1, recorder);
                Learner learner = configured.create(context)) {
            TransitionBatch batch = Toy.batch(new RandomStream(7));
            // Returns of all sizes, so that minima over heads and weights differ.
            batch.rewards().mul_(new Scalar(5.0));
            for (UpdateStep step : round) {
                learner.update(batch, step);
                if (step.targetsFollow()) {
                    learner.updateTargets();
                }
            }
            learner.update(batch, Toy.FULL);
            recorder.heard.putAll(Toy.values(learner, ""));
        }
        return new Outcome(round, recorder.heard, List.copyOf(settings.resolved().keySet()));
    }

    /** Keeps the values of the last update. */
    private static final class Recorder implements Probe {
        private final Map<String, List<Double>> heard = new LinkedHashMap<>();

        @Override
        public boolean listening() {
            return true;
        }

        @Override
        public void value(String name, Tensor value) {
            List<Double> numbers = new ArrayList<>();
            for (double number : TensorFactory.toDoubles(value)) {
                numbers.add(number);
            }
            heard.put(name, numbers);
        }

        @Override
        public void gradient(String network, String parameter, Tensor gradient) {
            value(network + "/" + parameter, gradient);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "icql, lse.sampleNoise, 0.3, add current or next to lse.groups",
        "icql, lse.density, logarithm, add current or next to lse.groups",
        "icql, targetNoiseClip, 0.3, set targetNoise above 0",
        "omar, search.elites, 4, set search.mode: elites",
        "td3-bc, reward.aggregation, mean, every agent has its own reward"
    })
    void keysWithoutEffectAreRefused(String id, String key, String value, String advice) {
        Map<String, Object> keys = new TreeMap<>(Map.of(key, number(value)));
        if (id.equals("td3-bc")) {
            keys.put("critic", "independent");
        } else {
            keys.put("alpha", 1);
            keys.put("omar.coefficient", 0.5);
        }
        if (id.equals("icql")) {
            keys.remove("omar.coefficient");
        }
        assertThatThrownBy(() -> Toy.start(Algorithms.find(id), 1, 1, keys))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'" + key + "'")
                .hasMessageContaining(advice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"search.samples", "search.mode", "search.deviation"})
    void aSearchThatNobodyImitatesIsRefused(String key) {
        Object value = key.equals("search.mode") ? "elites" : Integer.valueOf(8);
        Map<String, Object> keys = Map.of("alpha", 1, "omar.coefficient", 0, key, value);
        assertThatThrownBy(() -> Toy.start(Algorithms.find("omar"), 1, 1, keys))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("set omar.coefficient above 0");
    }

    @ParameterizedTest
    @CsvSource({
        "icql, alpha",
        "omar, alpha",
    })
    void whatHasNoPublishedValueMustBeSet(String id, String key) {
        assertThatThrownBy(() -> Toy.start(Algorithms.find(id), 1, 1, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected " + key + " to be set")
                .hasMessageContaining("toy/vectors with 'random' data");
    }

    private static Object number(String value) {
        return value.matches("[0-9.]+") ? Double.valueOf(value) : value;
    }
}
