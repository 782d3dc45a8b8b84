package org.cfcql.baselines.reference;

import java.util.Map;
import java.util.TreeMap;
import org.cfcql.baselines.reference.ConservativeReference.Term;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Learners of episodes in the forms that golden files cannot show, number for number. */
class EpisodeReferencesTest {
    private static Map<String, Object> keys(Object... pairs) {
        Map<String, Object> keys = new TreeMap<>();
        keys.putAll(Map.of("hidden", 3, "lr", 0.02, "gamma", 0.8, "gradientClip", 1.5));
        for (int index = 0; index < pairs.length; index += 2) {
            keys.put((String) pairs[index], pairs[index + 1]);
        }
        return keys;
    }

    private static Map<String, Object> mixing(Object... pairs) {
        Map<String, Object> keys = keys(pairs);
        keys.putAll(Map.of("mixer.embedding", 3, "mixer.hypernet", 4, "td.lambda", 0.7));
        keys.putAll(Map.of("target.interval", 2, "target.stepsBefore", 1));
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "uniform, plus, kl, true",
        "uniform, plus, kl, false",
        "softmax, plus, kl, true",
        "softmax, plus, kl, false",
        "softmax, minus, kl, false",
        "softmax, plus, ratio, true",
        "softmax, plus, ratio, false",
        "argmax, plus, kl, false",
        "argmax, minus, ratio, true"
    })
    void cfcql(String mode, String sign, String measure, boolean kernels) {
        Map<String, Object> keys = mixing("alpha", 0.7, "lambda.mode", mode);
        if (!mode.equals("uniform")) {
            keys.putAll(Map.of("lambda.sign", sign, "lambda.measure", measure));
        }
        if (mode.equals("softmax")) {
            keys.put("lambda.tau", 0.9);
        }
        new EpisodeTrial("cfcql", keys, kernels).check(MixingReference.of(Term.COUNTERFACTUAL));
    }

    @ParameterizedTest
    @CsvSource({"code, true", "code, false", "fixed, true", "fixed, false"})
    void macql(String sampling, boolean kernels) {
        Map<String, Object> keys = mixing("alpha", 0.7, "macql.samples", 9);
        keys.put("macql.sampling", sampling);
        new EpisodeTrial("macql", keys, kernels).check(MixingReference.of(Term.JOINT));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void qmix(boolean kernels) {
        new EpisodeTrial("qmix", mixing(), kernels).check(MixingReference.of(Term.NONE));
    }

    private static Map<String, Object> critics(Object... pairs) {
        Map<String, Object> keys = keys(pairs);
        keys.put("critic.hidden", 4);
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "implicit-q-learning, separate, true",
        "implicit-q-learning, shared, false",
        "awac, separate, true",
        "awac, shared, false"
    })
    void weightedCloning(String id, String heads, boolean kernels) {
        Map<String, Object> keys = critics("twinHeads", heads, "inverseTemperature", 2);
        keys.putAll(Map.of("weightCap", 1.5, "targetTau", 0.3, "cosineSteps", 7));
        boolean implicit = id.startsWith("implicit");
        if (implicit) {
            keys.put("expectile", 0.8);
        }
        new EpisodeTrial(id, keys, kernels).check(WeightedEpisodeReference.of(implicit));
    }

    @ParameterizedTest
    @CsvSource({
        "code, single, separate, true",
        "code, code, shared, false",
        "masked, single, shared, true",
        "masked, code, separate, false"
    })
    void omar(String mode, String loop, String heads, boolean kernels) {
        Map<String, Object> keys = critics("omarD.mode", mode, "innerTimeLoop", loop);
        keys.putAll(Map.of("twinHeads", heads, "alpha", 0.7, "omar.coefficient", 0.4));
        keys.putAll(Map.of("td.lambda", 0.7, "criticLr", 0.03));
        keys.putAll(Map.of("target.interval", 2, "target.stepsBefore", 1));
        new EpisodeTrial("omar", keys, kernels).check(OmarEpisodeReference::new);
    }

    @ParameterizedTest
    @CsvSource({"single, true, 2", "code, false, 8"})
    void maicq(String loop, boolean kernels, int interval) {
        Map<String, Object> keys = critics("innerTimeLoop", loop, "td.lambda", 0.7);
        keys.putAll(Map.of("targetTemperature", 2, "policyTemperature", 1.3, "criticLr", 0.03));
        keys.putAll(Map.of("mixer.embedding", 3, "rmsprop.decay", 0.9, "rmsprop.epsilon", 1e-3));
        keys.putAll(Map.of("target.interval", interval, "target.stepsBefore", 1));
        new EpisodeTrial("maicq", keys, kernels).check(MaicqEpisodeReference::new);
    }
}
