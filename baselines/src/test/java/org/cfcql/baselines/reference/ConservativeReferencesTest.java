package org.cfcql.baselines.reference;

import static org.cfcql.baselines.reference.Trial.CRITIC;
import static org.cfcql.baselines.reference.Trial.FULL;

import java.util.Map;
import java.util.TreeMap;
import org.cfcql.baselines.reference.ConservativeReference.Term;
import org.cfcql.learn.UpdateStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CFCQL, MACQL, MATD3 and the density model with several agents, number for number. */
class ConservativeReferencesTest {
    private static final UpdateStep[] STEPS = {FULL, CRITIC, FULL};

    /** Values of all that a central critic reads; large noise, a clip that bites. */
    private static Map<String, Object> common(String normalisation) {
        Map<String, Object> keys = new TreeMap<>();
        keys.putAll(Map.of("hidden", 4, "lr", 0.02, "actorLr", 0.03, "norm.input", normalisation));
        keys.putAll(Map.of("gamma", 0.8, "targetTau", 0.3, "targetNoise", 0.6));
        keys.putAll(Map.of("gradientClip", 0.7, "actionRegularisation", 0.4));
        keys.put("behaviourCloning", 0.3);
        keys.put("reward.aggregation", "agent0");
        return keys;
    }

    private static Map<String, Object> penalised(String normalisation, String form) {
        Map<String, Object> keys = common(normalisation);
        keys.putAll(Map.of("alpha", 1.4, "lse.samples", 2, "lse.temperature", 1.3, "form", form));
        if (form.equals("halfcheetah")) {
            keys.put("lse.groups", "random+current+next");
            keys.put("lse.sampleNoise", 0.5);
        }
        return keys;
    }

    private static void check(
            String id, Term term, Map<String, Object> keys, boolean kernels, Object... pairs) {
        for (int index = 0; index < pairs.length; index += 2) {
            keys.put((String) pairs[index], pairs[index + 1]);
        }
        Map<String, Object> implied = new TreeMap<>(Map.of("lse.groups", "random"));
        boolean corrected = !Boolean.FALSE.equals(keys.get("lse.densityCorrection"));
        implied.put("lse.density", corrected ? "logarithm" : "none");
        new Trial(id, keys, kernels).check(ConservativeReference.of(term, implied), STEPS);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, true, true, agent0",
        "batchnorm, false, false, mean",
        "layernorm, true, true, mean",
        "none, true, false, agent0"
    })
    void cfcqlWithRandomSamples(
            String normalisation, boolean kernels, boolean policy, String reward) {
        check(
                "cfcql",
                Term.COUNTERFACTUAL,
                penalised(normalisation, "mpe"),
                kernels,
                "cfp",
                policy,
                "reward.aggregation",
                reward);
    }

    @ParameterizedTest
    @CsvSource({"batchnorm, true", "batchnorm, false", "none, true"})
    void cfcqlWithCounterfactualTargets(String normalisation, boolean kernels) {
        Map<String, Object> keys = penalised(normalisation, "mpe");
        check("cfcql", Term.COUNTERFACTUAL, keys, kernels, "cft", true, "cfp", true);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, true, paired, nextIndexAction, true",
        "batchnorm, false, swapped, datasetAction, true",
        "layernorm, true, swapped, nextIndexAction, true",
        "none, false, paired, datasetAction, false"
    })
    void cfcqlWithSamplesAroundThePolicies(
            String normalisation,
            boolean kernels,
            String pairing,
            String others,
            boolean corrected) {
        check(
                "cfcql",
                Term.COUNTERFACTUAL,
                penalised(normalisation, "halfcheetah"),
                kernels,
                "lse.othersNoise",
                0.3,
                "lse.logp",
                pairing,
                "lse.nextOthers",
                others,
                "lse.densityCorrection",
                corrected,
                "cfp",
                true);
    }

    /** The published form calls the actors on both observations whatever it samples. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void cfcqlOfHalfCheetahWithRandomSamplesAlone(boolean kernels) {
        Map<String, Object> keys = penalised("batchnorm", "halfcheetah");
        keys.remove("lse.sampleNoise");
        keys.putAll(Map.of("lse.groups", "random", "lse.othersNoise", 0.3));
        check("cfcql", Term.COUNTERFACTUAL, keys, kernels, "cfp", true);
    }

    @ParameterizedTest
    @CsvSource({
        "mpe, softmax, plus, kl, true",
        "mpe, softmax, minus, ratio, false",
        "halfcheetah, softmax, plus, kl, false",
        "mpe, argmax, plus, kl, true",
        "mpe, argmax, minus, kl, false"
    })
    void cfcqlWithWeightsByDensity(
            String form, String mode, String sign, String measure, boolean kernels) {
        Map<String, Object> keys = penalised("batchnorm", form);
        keys.putAll(Map.of("lambda.mode", mode, "lambda.sign", sign));
        if (mode.equals("softmax")) {
            // Densities of far actions are tiny and their reciprocals large.
            keys.put("lambda.tau", measure.equals("ratio") ? 1e-4 : 0.3);
            keys.put("lambda.measure", measure);
        }
        if (form.equals("halfcheetah")) {
            keys.putAll(Map.of("lse.othersNoise", 0.3, "lse.nextOthers", "nextIndexAction"));
        }
        keys.putAll(Map.of("vae.hidden", 5, "vae.samples", 3, "vae.beta", 1.7, "vae.latent", 3));
        check("cfcql", Term.COUNTERFACTUAL, keys, kernels, "cfp", true);
    }

    @ParameterizedTest
    @CsvSource({
        "batchnorm, mpe, true, maddpg, agent0",
        "batchnorm, mpe, false, counterfactual, mean",
        "batchnorm, halfcheetah, false, maddpg, agent0",
        "layernorm, halfcheetah, true, counterfactual, agent0",
        "none, halfcheetah, true, maddpg, mean"
    })
    void macql(
            String normalisation, String form, boolean kernels, String improvement, String reward) {
        check(
                "macql",
                Term.JOINT,
                penalised(normalisation, form),
                kernels,
                "macql.policyImprovement",
                improvement,
                "reward.aggregation",
                reward);
    }

    @ParameterizedTest
    @CsvSource({"batchnorm, true, false", "batchnorm, false, true", "none, true, false"})
    void matd3(String normalisation, boolean kernels, boolean policy) {
        Map<String, Object> keys = common(normalisation);
        check("matd3", Term.NONE, keys, kernels, "cfp", policy);
    }

    @Test
    void densityModel() {
        Map<String, Object> keys =
                Map.of("vae.hidden", 5, "vae.beta", 0.7, "vae.lr", 0.02, "vae.latent", 3);
        new Trial("vae-behaviour", keys, false).check(VaeReference::new, FULL, FULL, FULL);
    }
}
