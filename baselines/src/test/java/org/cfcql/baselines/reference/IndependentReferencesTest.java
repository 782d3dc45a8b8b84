package org.cfcql.baselines.reference;

import static org.cfcql.baselines.reference.Trial.CRITIC;
import static org.cfcql.baselines.reference.Trial.FULL;

import java.util.Map;
import java.util.TreeMap;
import org.cfcql.baselines.reference.IndependentReference.Goal;
import org.cfcql.learn.UpdateStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Learners side by side with agents that differ, number for number. */
class IndependentReferencesTest {
    /** All agents, then agent 1 alone: the others neither move nor count a step. */
    private static final UpdateStep[] STEPS = {
        FULL, CRITIC, Trial.step(UpdateStep.Kind.FULL, 1), FULL
    };

    private static Map<String, Object> keys(String normalisation, Object... pairs) {
        Map<String, Object> keys = new TreeMap<>();
        keys.putAll(Map.of("hidden", 4, "lr", 0.02, "norm.input", normalisation));
        keys.putAll(Map.of("gamma", 0.8, "targetTau", 0.3));
        keys.putAll(Map.of("gradientClip", 0.7, "actionRegularisation", 0.4));
        for (int index = 0; index < pairs.length; index += 2) {
            keys.put((String) pairs[index], pairs[index + 1]);
        }
        return keys;
    }

    private static Map<String, Object> penalised(
            String normalisation, String form, String groups, String density) {
        Map<String, Object> keys = keys(normalisation, "alpha", 1.4, "lse.samples", 2);
        keys.putAll(Map.of("lse.temperature", 1.3, "form", form, "lse.groups", groups));
        if (!groups.equals("random")) {
            keys.putAll(Map.of("lse.sampleNoise", 0.5, "lse.density", density));
        }
        return keys;
    }

    private static void check(
            String id, Goal goal, boolean penalised, Map<String, Object> keys, boolean kernels) {
        Map<String, Object> implied = new TreeMap<>();
        implied.putAll(Map.of("targetNoise", 0, "targetNoiseClip", 0));
        implied.put("gradientClip", Double.POSITIVE_INFINITY);
        new Trial(id, keys, kernels)
                .check(IndependentReference.of(goal, penalised, implied), STEPS);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, mpe, random, none, true",
        "batchnorm, halfcheetah, random+current+next, density, false",
        "layernorm, halfcheetah, random+current+next, logarithm, true",
        "none, mpe, current+next, density, true",
        "none, halfcheetah, random+next, none, false"
    })
    void icql(String normalisation, String form, String groups, String density, boolean kernels) {
        Map<String, Object> keys = penalised(normalisation, form, groups, density);
        check("icql", Goal.VALUE, true, keys, kernels);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, softmax, true",
        "batchnorm, elites, true",
        "layernorm, elites, false",
        "none, softmax, false"
    })
    void omar(String normalisation, String mode, boolean kernels) {
        Map<String, Object> keys = penalised(normalisation, "mpe", "random", "density");
        keys.putAll(Map.of("omar.coefficient", 0.6, "search.mode", mode));
        keys.putAll(Map.of("search.iterations", 3, "search.samples", 4));
        keys.putAll(Map.of("search.mean", 0.2, "search.deviation", 0.7));
        // Wide enough that no row is behind dead units alone: equal values have no best action.
        keys.put("hidden", 16);
        if (mode.equals("elites")) {
            keys.put("search.elites", 2);
        }
        check("omar", Goal.SEARCH, true, keys, kernels);
    }

    @ParameterizedTest
    @CsvSource({"batchnorm, true, 0", "layernorm, false, 0.5", "none, true, 0"})
    void matd3(String normalisation, boolean kernels, double bound) {
        Map<String, Object> keys = keys(normalisation, "critic", "independent");
        if (!normalisation.equals("batchnorm")) {
            keys.putAll(Map.of("targetNoise", 0.6, "targetNoiseClip", bound));
        }
        check("matd3", Goal.VALUE, false, keys, kernels);
    }

    @ParameterizedTest
    @CsvSource({"batchnorm, true", "layernorm, false", "none, true"})
    void td3Bc(String normalisation, boolean kernels) {
        Map<String, Object> keys = keys(normalisation, "critic", "independent", "alpha", 1.7);
        keys.keySet().removeIf(key -> key.matches("gradientClip|actionRegularisation"));
        keys.putAll(Map.of("targetNoise", 0.6, "targetNoiseClip", 0.5));
        check("td3-bc", Goal.CLONING, false, keys, kernels);
    }
}
