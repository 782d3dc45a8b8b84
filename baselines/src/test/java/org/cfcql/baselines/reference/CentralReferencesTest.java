package org.cfcql.baselines.reference;

import static org.cfcql.baselines.reference.Trial.CRITIC;
import static org.cfcql.baselines.reference.Trial.FULL;

import java.util.Map;
import java.util.TreeMap;
import org.cfcql.learn.UpdateStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Baselines with a central critic and several agents, number for number. */
class CentralReferencesTest {
    private static final UpdateStep[] STEPS = {FULL, CRITIC, FULL};

    private static void check(
            String id, Trial.Maker maker, String normalisation, boolean kernels, Object... pairs) {
        Map<String, Object> keys = new TreeMap<>(Map.of("hidden", 4, "lr", 0.02));
        keys.put("norm.input", normalisation);
        if (!id.equals("bc")) {
            keys.putAll(Map.of("gamma", 0.8, "targetTau", 0.3, "reward.aggregation", "agent0"));
        }
        for (int index = 0; index < pairs.length; index += 2) {
            keys.put((String) pairs[index], pairs[index + 1]);
        }
        new Trial(id, keys, kernels).check(maker, STEPS);
    }

    @ParameterizedTest
    @CsvSource({"batchnorm, true", "batchnorm, false", "layernorm, true", "none, true"})
    void behaviourCloning(String normalisation, boolean kernels) {
        check("bc", CloningReference::new, normalisation, kernels);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, true, agent0, 0.5",
        "batchnorm, false, mean, 0.5",
        "layernorm, true, agent0, 0",
        "none, true, mean, 0.5"
    })
    void td3Bc(String normalisation, boolean kernels, String reward, double bound) {
        check(
                "td3-bc",
                Td3BcReference::new,
                normalisation,
                kernels,
                "alpha",
                1.7,
                "targetNoise",
                0.6,
                "targetNoiseClip",
                bound,
                "reward.aggregation",
                reward);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, true, agent0, 2, tanh",
        "batchnorm, false, mean, 3, linear",
        "layernorm, true, agent0, 1, tanh",
        "none, true, mean, 3, linear"
    })
    void awac(String normalisation, boolean kernels, String reward, int layers, String mean) {
        check(
                "awac",
                AwacReference::new,
                normalisation,
                kernels,
                "temperature",
                0.7,
                "weightCap",
                1.5,
                "layers",
                layers,
                "actor.mean",
                mean,
                "logStdMin",
                -0.5,
                "logStdMax",
                0.4,
                "reward.aggregation",
                reward);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, true, agent0",
        "batchnorm, false, mean",
        "layernorm, true, agent0",
        "none, true, mean"
    })
    void implicitQLearning(String normalisation, boolean kernels, String reward) {
        check(
                "implicit-q-learning",
                ImplicitQReference::new,
                normalisation,
                kernels,
                "expectile",
                0.8,
                "inverseTemperature",
                2,
                "weightCap",
                1.5,
                "cosineSteps",
                5,
                "logStdMin",
                -0.5,
                "logStdMax",
                0.4,
                "reward.aggregation",
                reward);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, true, agent0, 1",
        "batchnorm, false, mean, 2",
        "layernorm, true, agent0, 0.5",
        "none, true, mean, 1"
    })
    void maicq(String normalisation, boolean kernels, String reward, double alpha) {
        check(
                "maicq",
                MaicqReference::new,
                normalisation,
                kernels,
                "targetAlpha",
                alpha,
                "targetTemperature",
                1.3,
                "policyTemperature",
                2.1,
                "weightDecay",
                0.2,
                "logStdMin",
                -0.5,
                "logStdMax",
                0.4,
                "reward.aggregation",
                reward);
    }
}
