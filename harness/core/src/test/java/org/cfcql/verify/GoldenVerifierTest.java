package org.cfcql.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.cfcql.nn.TimeSlots;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Parity on the cut golden files, and proof that the verifier can fail. */
class GoldenVerifierTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");
    private static final Path MACQL = FOLDER.resolve("macql-continuous-mpe.h5");

    private static final Path DISCRETE = FOLDER.resolve("cfcql-discrete-target-copy.h5");

    private static final GoldenVerifier VERIFIER = new GoldenVerifier(FOLDER, ComputeDevice.CPU);

    @ParameterizedTest
    @EnumSource(Precision.class)
    void learnersComputeThePublishedNumbers(Precision precision) {
        List<Path> files = VERIFIER.files();
        assertThat(files).hasSize(9);
        for (Path file : files) {
            VerifyResult result = VERIFIER.verify(file, precision);
            assertThat(result.failures()).as(result.file()).isEmpty();
            assertThat(result.status()).isEqualTo(VerifyResult.Status.PASSED);
            assertThat(result.errors().values()).isPositive();
            assertThat(result.errors().grads()).isPositive();
            assertThat(result.errors().after()).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"ON, PACKED", "ON, PADDED", "OFF, PACKED", "OFF, PADDED"})
    void everyWayOfComputingGivesThePublishedNumbers(Kernels kernels, TimeSlots.Layout layout) {
        GoldenVerifier verifier =
                new GoldenVerifier(
                        FOLDER,
                        ComputeDevice.CPU,
                        new ComputePath(Optional.of(kernels), Optional.of(layout)));
        for (Path file : verifier.files()) {
            for (Precision precision : Precision.values()) {
                VerifyResult result = verifier.verify(file, precision);
                assertThat(result.failures()).as(result.file() + " " + precision).isEmpty();
            }
        }
    }

    @Test
    void counterfactualTargetsReadTheNextActions() {
        Path stored = FOLDER.resolve("cfcql-continuous-mpe-cft.h5");
        GoldenFile file = GoldenFile.read(stored);
        file.arrays().put("step0/batch/next_actions", file.arrays().get("step0/batch/actions"));
        assertFailure(file, "step0/values/target");
    }

    @Test
    void keyThatIsSaidTwiceMakesTheFileUnreadable() {
        assertThatThrownBy(() -> GoldenFile.config("{\"lr\": 1, \"lr\": 2}"))
                .hasMessageContaining("Duplicate field 'lr'");
        assertThatThrownBy(() -> GoldenFile.config("[]"))
                .hasMessageContaining("expected a JSON object");
    }

    @Test
    void oneWrongValueFailsByName() {
        assertFailure(shifted("step1/values/td_loss", 0, 1e-6), "step1/values/td_loss");
    }

    @Test
    void oneWrongGradientEntryFailsByName() {
        assertFailure(
                shifted("step0/grads/critic/q2.l2.weight", 7, 1e-6),
                "step0/grads/critic/q2.l2.weight");
    }

    @Test
    void oneWrongParameterAfterwardsFailsByName() {
        assertFailure(
                shifted("step0/after/target_critic/q1.l1.weight", 3, 1e-5),
                "step0/after/target_critic/q1.l1.weight");
    }

    @Test
    void otherDrawsFail() {
        assertFailure(shifted("step0/draws/random_actions", 0, 1e-3), "step0/values/");
    }

    @Test
    void otherInitialParametersFail() {
        assertFailure(shifted("init/actor1/l2.weight", 0, 1e-3), "step0/");
    }

    @Test
    void storedArrayThatNobodyComputesFailsByName() {
        assertFailure(added("step0/values/surprise"), "step0/values/surprise");
        assertFailure(added("step0/grads/critic/q3.l1.weight"), "step0/grads/critic/q3.l1.weight");
        assertFailure(added("step0/after/critic/q3.l1.weight"), "step0/after/critic/q3.l1.weight");
        assertFailure(added("init/critic/q3.l1.weight"), "init/critic/q3.l1.weight");
        assertFailure(added("step9/values/q1"), "step9/values/q1");
    }

    @Test
    void drawThatNobodyUsesFailsByName() {
        assertFailure(added("step0/draws/surprise"), "step0/draws/surprise");
    }

    @Test
    void missingDrawFailsByName() {
        assertFailure(
                changed(file -> file.arrays().remove("step0/draws/target_noise")),
                "draws/target_noise");
    }

    @Test
    void otherHyperparameterFails() {
        assertFailure(configured("gamma", 0.9501), "step0/values/target");
        assertFailure(configured("lr", 0.0101), "step0/after/");
    }

    @Test
    void unknownKeyFailsByName() {
        assertFailure(configured("surprise", 1), "config.surprise");
    }

    @Test
    void knownKeyThatTheLearnerDoesNotReadFailsByName() {
        assertFailure(configured("expectile", 0.7), "config.expectile");
        assertFailure(configured("lambda_tau", 0.5), "config.lambda_tau");
        assertFailure(configured("td_lambda", 0.5), "config.td_lambda");
    }

    @Test
    void keyThatContradictsAlgorithmOrArraysFailsByName() {
        for (String key : List.of("cql", "counterfactual_penalty", "omar", "batch", "obs")) {
            assertFailure(configured(key, 17), "config." + key);
        }
        GoldenFile discrete = GoldenFile.read(DISCRETE);
        ((ObjectNode) discrete.config()).put("optimizer", "rmsprop");
        assertFailure(discrete, "config.optimizer");
    }

    @Test
    void runningStatisticsOfActorsAreComparedThoseOfCriticsAreNot() {
        assertFailure(
                shifted("step0/after/actor0/bn.running_mean", 0, 1e-3),
                "step0/after/actor0/bn.running_mean");
        GoldenFile critic = shifted("step0/after/critic/bn.running_mean", 0, 1e-3);
        assertThat(verify(critic).status()).isEqualTo(VerifyResult.Status.PASSED);
    }

    @Test
    void discreteEntriesAreComparedWhereTheMaskIsOneOnly() {
        GoldenFile file = GoldenFile.read(DISCRETE);
        EpisodeMask mask = EpisodeMask.of(file, "step0");
        for (String name : List.of("counterfactual", "target_q", "lambda", "greedy", "q_tot")) {
            String path = "step0/values/" + name;
            GoldenArray array = file.arrays().get(path);
            int live = firstEntry(mask, name, array, true);
            assertFailure(moved(path, live), path);
            int padding = firstEntry(mask, name, array, false);
            assertThat(verify(moved(path, padding)).status())
                    .as(path)
                    .isEqualTo(VerifyResult.Status.PASSED);
        }
    }

    @Test
    void targetsCopiedAtAnotherUpdateFail() {
        GoldenFile file = GoldenFile.read(DISCRETE);
        ((ObjectNode) file.config()).putArray("episode_counter").add(184);
        assertFailure(file, "step1/values/target_copied");
    }

    private static GoldenFile moved(String path, int index) {
        GoldenFile file = GoldenFile.read(DISCRETE);
        double[] values = file.arrays().get(path).values();
        values[index] += 1e-6 * Math.max(1, Math.abs(values[index]));
        return file;
    }

    private static int firstEntry(
            EpisodeMask mask, String name, GoldenArray array, boolean compared) {
        return IntStream.range(0, array.values().length)
                .filter(index -> mask.compares(name, array, index) == compared)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void unknownFormatFailsByName() {
        GoldenFile file = GoldenFile.read(MACQL);
        GoldenFile newer =
                new GoldenFile(
                        file.algorithm(),
                        file.variant(),
                        2,
                        file.steps(),
                        file.config(),
                        file.arrays());
        assertFailure(newer, "format");
    }

    @Test
    void algorithmThatIsAbsentIsNoPass() {
        GoldenFile file = GoldenFile.read(MACQL);
        GoldenFile other =
                new GoldenFile(
                        "surprise-continuous",
                        file.variant(),
                        1,
                        file.steps(),
                        file.config(),
                        file.arrays());
        assertThat(verify(other).status()).isEqualTo(VerifyResult.Status.NO_IMPLEMENTATION);
    }

    @Test
    void fileThatIsNoGoldenFileFails(@TempDir Path folder) throws Exception {
        byte[] bytes = Files.readAllBytes(MACQL);
        Path truncated = folder.resolve("truncated.h5");
        Files.write(truncated, Arrays.copyOf(bytes, bytes.length / 2));
        Path text = folder.resolve("text.h5");
        Files.writeString(text, "not HDF5");
        GoldenVerifier verifier = new GoldenVerifier(folder, ComputeDevice.CPU);
        for (Path file : verifier.files()) {
            VerifyResult result = verifier.verify(file, Precision.FLOAT64);
            assertThat(result.status()).as(result.file()).isEqualTo(VerifyResult.Status.FAILED);
            assertThat(result.failures()).isNotEmpty();
        }
    }

    private static VerifyResult verify(GoldenFile file) {
        return VERIFIER.verify("changed.h5", file, Precision.FLOAT64);
    }

    private static void assertFailure(GoldenFile file, String name) {
        VerifyResult result = verify(file);
        assertThat(result.status()).isEqualTo(VerifyResult.Status.FAILED);
        assertThat(result.failures()).anyMatch(failure -> failure.contains(name));
    }

    private static GoldenFile changed(Consumer<GoldenFile> change) {
        GoldenFile file = GoldenFile.read(MACQL);
        change.accept(file);
        return file;
    }

    private static GoldenFile added(String path) {
        return changed(
                file -> file.arrays().put(path, new GoldenArray(new double[] {1}, new long[] {1})));
    }

    private static GoldenFile configured(String key, double value) {
        return changed(file -> ((ObjectNode) file.config()).put(key, value));
    }

    /** One entry moved by a share of the array's largest. */
    private static GoldenFile shifted(String path, int index, double share) {
        return changed(
                file -> {
                    GoldenArray array = new TreeMap<>(file.arrays()).get(path);
                    array.values()[index] += share * Math.max(1e-3, array.largest());
                });
    }
}
