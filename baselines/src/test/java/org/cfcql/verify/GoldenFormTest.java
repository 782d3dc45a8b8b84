package org.cfcql.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a golden file says is read from its arrays and its configuration, nothing from its name. */
class GoldenFormTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");
    private static final Path CORE =
            Path.of("..", "harness", "core", "src", "test", "resources", "golden");
    private static final GoldenVerifier VERIFIER = new GoldenVerifier(FOLDER, ComputeDevice.CPU);

    static Stream<Path> files() {
        return Stream.of(FOLDER, CORE)
                .flatMap(folder -> new GoldenVerifier(folder, ComputeDevice.CPU).files().stream());
    }

    @ParameterizedTest
    @MethodSource("files")
    void anotherNameOfTheVariantGivesTheSameLearner(Path path) {
        GoldenFile file = GoldenFile.read(path);
        GoldenFile other = renamed(file, "another");
        assertThat(other.algorithmId()).isEqualTo(file.algorithmId());
        assertThat(other.discrete()).isEqualTo(file.discrete());
        assertThat(new GoldenForm(other).settings()).isEqualTo(new GoldenForm(file).settings());
    }

    /** Names that other variants have, or environments with published values of their own. */
    @ParameterizedTest
    @CsvSource({
        "bc-discrete-policy, behaviour",
        "bc-discrete-behaviour, policy",
        "madtkd-discrete-student, teacher",
        "madtkd-discrete-teacher, student",
        "cfcql-discrete-argmax, smac/6h_vs_8z",
        "td3-bc-continuous-central, mamujoco/halfcheetah-2x3"
    })
    void aMisleadingNameOfTheVariantGivesTheSameVerdict(String name, String variant) {
        assertPassed(renamed(read(name), variant));
    }

    @Test
    void everyAlgorithmOfEachBranchHasACutFile() {
        assertThat(files().map(path -> GoldenFile.read(path).algorithm()).distinct().sorted())
                .containsExactly(
                        "awac-continuous",
                        "awac-discrete",
                        "bc-discrete",
                        "cfcql-continuous",
                        "cfcql-discrete",
                        "icql-continuous",
                        "icql-discrete",
                        "implicit-q-learning-continuous",
                        "implicit-q-learning-discrete",
                        "macql-continuous",
                        "macql-discrete",
                        "madtkd-discrete",
                        "maicq-continuous",
                        "maicq-discrete",
                        "matd3-continuous",
                        "omar-continuous",
                        "omar-discrete",
                        "qmix",
                        "td3-bc-continuous",
                        "vae-behaviour");
    }

    /** Rewards that are agent 0's by the mean alone: its own is another. */
    @ParameterizedTest
    @CsvSource({
        "awac-continuous-central",
        "implicit-q-learning-continuous-central",
        "maicq-continuous-central",
        "td3-bc-continuous-central"
    })
    void aMeanOverRewardsIsSaidAndIsTheMean(String name) {
        GoldenFile file = read(name);
        GoldenArray rewards = file.arrays().get("step0/batch/rewards");
        int agents = (int) rewards.shape()[1];
        for (int row = 0; row < rewards.shape()[0]; row++) {
            double others = 0;
            for (int agent = 1; agent < agents; agent++) {
                others += rewards.values()[row * agents + agent];
            }
            rewards.values()[row * agents] = agents * rewards.values()[row * agents] - others;
        }
        assertFailed(file, "step0/values/target");
        for (String key : List.of("reward.aggregation", "reward_aggregation")) {
            config(file).remove("reward.aggregation");
            config(file).put(key, "mean");
            assertPassed(file);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "maicq-continuous-central, targetAlpha, 1, 1.5, values/rho",
        "maicq-continuous-central, target_alpha, 1, 0.7, values/rho",
        "awac-continuous-central, temperature, 1, 0.5, values/weight",
        "awac-continuous-central, layers, 2, 3, config.layers",
        "cfcql-continuous-mpe-cft, behaviour_cloning, 0, 0.5, values/actor_loss",
        "cfcql-continuous-mpe-cft, actor_lr, 0.01, 0.01, ",
        "macql-continuous-halfcheetah, lse_density_correction, true, false, values/corrected_q1",
        "macql-discrete-code, macql_sampling, code, fixed, draws/joint_choices",
        "maicq-discrete-code, inner_time_loop, code, single, values/critic_loss",
        "cfcql-discrete-target-copy, lambda_sign, plus, minus, values/lambda",
        "omar-discrete-code, omar_d_mode, code, masked, values/critic_loss",
        "omar-discrete-code, twin_heads, shared, separate, config.twin_heads",
        "icql-continuous-halfcheetah, norm_input, batchnorm, layernorm, config.norm_input",
        "td3-bc-continuous-central, critic, central, independent, config.critic",
        "td3-bc-continuous-central, norm.input, batchnorm, none, config.norm.input",
        "awac-continuous-single-agent, actor_mean, linear, tanh, values/"
    })
    void aSettingWithoutPublishedKeyIsSaidByItsOwnName(
            String name, String key, String own, String other, String differing) {
        GoldenFile same = read(name);
        put(same, key, own);
        assertPassed(same);
        if (differing != null) {
            GoldenFile changed = read(name);
            put(changed, key, other);
            assertFailed(changed, differing);
        }
    }

    @Test
    void temperatureSaysNothingOfNetworks() {
        GoldenFile file = read("awac-continuous-central");
        config(file).put("temperature", 0.5);
        Map<String, Object> settings = new GoldenForm(file).settings();
        assertThat(settings)
                .containsEntry("temperature", 0.5)
                .containsEntry("layers", 2)
                .containsEntry("actor.mean", "tanh")
                .containsEntry("norm.input", "batchnorm");
        assertThat(new GoldenForm(read("awac-continuous-single-agent")).settings())
                .containsEntry("layers", 3)
                .containsEntry("actor.mean", "linear")
                .containsEntry("norm.input", "none");
    }

    @Test
    void layerNormalisationIsKnownByItsArrays() {
        GoldenFile file = read("td3-bc-continuous-central");
        for (String path : List.copyOf(file.arrays().keySet())) {
            if (path.contains("/bn.running_")) {
                file.arrays().remove(path);
            } else if (path.contains("/bn.")) {
                file.arrays().put(path.replace("/bn.", "/ln."), file.arrays().remove(path));
            }
        }
        assertThat(new GoldenForm(file).settings()).containsEntry("norm.input", "layernorm");
        // The learner takes the arrays; the numbers are those of another normalisation.
        assertFailed(file, "step0/values/target: error");
    }

    @Test
    void twoKeysThatDisagreeAreRefused() {
        GoldenFile file = read("td3-bc-continuous-central");
        config(file).put("targetTau", 0.04);
        assertFailed(file, "config.targetTau: says targetTau is 0.04, another key says 0.03");
    }

    @ParameterizedTest
    @CsvSource({
        "steps, 0",
        "rounds, 0",
        "state, 12",
        "action, 3",
        "agents, 2",
        "surprise, 1",
        "sequences, 1",
        "Alpha, 1"
    })
    void aKeyThatIsUnknownOrContradictsTheArraysIsRefusedByName(String key, int value) {
        GoldenFile file = read("td3-bc-continuous-central");
        config(file).put(key, value);
        assertFailed(file, "config." + key);
    }

    @Test
    void aScheduleThatIsNotUnderstoodIsRefused() throws Exception {
        for (String entry :
                List.of(
                        "[]",
                        "[{\"kind\": \"half\", \"soft_update_after\": true}]",
                        "[{\"kind\": \"full\"}]",
                        "[{\"kind\": \"full\", \"soft_update_after\": true, \"extra\": 1}]")) {
            GoldenFile file = read("td3-bc-continuous-central");
            config(file).set("schedule", new ObjectMapper().readTree(entry));
            assertFailed(file, "config.schedule[0]");
        }
    }

    @Test
    void nothingToCompareIsNoPass() {
        GoldenFile file = read("td3-bc-continuous-central");
        assertFailed(
                new GoldenFile(
                        file.algorithm(), file.variant(), 1, 0, file.config(), file.arrays()),
                "steps: expected at least one update");
    }

    private static GoldenFile read(String name) {
        return GoldenFile.read(
                files().filter(path -> path.endsWith(name + ".h5")).findFirst().orElseThrow());
    }

    private static GoldenFile renamed(GoldenFile file, String variant) {
        return new GoldenFile(
                file.algorithm(),
                variant,
                file.format(),
                file.steps(),
                file.config(),
                file.arrays());
    }

    private static ObjectNode config(GoldenFile file) {
        return (ObjectNode) file.config();
    }

    private static void put(GoldenFile file, String key, String value) {
        switch (value) {
            case "true", "false" -> config(file).put(key, Boolean.parseBoolean(value));
            default -> {
                if (value.matches("[0-9.]+")) {
                    config(file).put(key, Double.parseDouble(value));
                } else {
                    config(file).put(key, value);
                }
            }
        }
    }

    private static void assertPassed(GoldenFile file) {
        VerifyResult result = VERIFIER.verify("changed.h5", file, Precision.FLOAT64);
        assertThat(result.failures()).as(file.algorithm() + " " + file.config()).isEmpty();
        assertThat(result.status()).isEqualTo(VerifyResult.Status.PASSED);
    }

    private static void assertFailed(GoldenFile file, String name) {
        VerifyResult result = VERIFIER.verify("changed.h5", file, Precision.FLOAT64);
        assertThat(result.status()).isEqualTo(VerifyResult.Status.FAILED);
        assertThat(result.failures()).anyMatch(failure -> failure.contains(name));
    }
}
