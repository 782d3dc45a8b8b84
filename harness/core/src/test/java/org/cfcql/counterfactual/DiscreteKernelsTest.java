package org.cfcql.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.error.NumericFault;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nativecode.KernelVariant;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.MadeUpEpisodes;
import org.cfcql.testkit.Recorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels of the discrete branch beside their LibTorch oracles, by whole updates. */
class DiscreteKernelsTest {
    private static final UpdateStep FULL =
            new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true);

    /** More sequences than the kernel takes through time at once. */
    private static final int BATCH = 43;

    /** No divisor of the 96 sequences the kernel takes at once: tiles begin with other agents. */
    private static final int AGENTS = 5;

    private KernelVariant variant;

    @BeforeEach
    void needsTheLibrary() {
        assumeThat(NativeKernels.available()).as("compiled kernels").isTrue();
        variant = NativeKernels.variant();
    }

    @AfterEach
    void restoreVariant() {
        if (variant != null) {
            NativeKernels.use(variant);
        }
    }

    private static Map<String, double[]> update(
            String id, Map<String, ?> keys, Precision precision, Kernels kernels) {
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, precision);
        Recorder recorder = new Recorder();
        TaskShape task = MadeUpEpisodes.task(AGENTS);
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(tensors, recorder, kernels);
                Learner learner =
                        Algorithms.lookUp(id)
                                .orElseThrow()
                                .configure(task, new Settings(id, keys), Track.EQUAL)
                                .create(context)) {
            learner.update(withDeadAgents(tensors, task), FULL);
        }
        return recorder.heard();
    }

    /**
     * Agent 0 is dead from slot 2 on; agent 1 has a single action there, which is not the first.
     */
    private static EpisodeBatch withDeadAgents(TensorFactory tensors, TaskShape task) {
        EpisodeBatch batch = MadeUpEpisodes.batch(tensors, task, BATCH, 5);
        int late = MadeUpEpisodes.SLOTS - 2;
        Tensor observations = batch.observations().narrow(1, 2, late);
        Tensor available = batch.availableActions().narrow(1, 2, late);
        Tensor actions = batch.actions().narrow(1, 2, late);
        observations.select(2, 0).zero_();
        for (int agent = 0; agent < 2; agent++) {
            available.select(2, agent).zero_();
            available.select(2, agent).select(2, agent).fill_(new Scalar(1.0));
            actions.select(2, agent).fill_(new Scalar((double) agent));
        }
        return batch;
    }

    static Stream<Arguments> cases() {
        Map<String, Object> small =
                Map.of("hidden", 5, "mixer.embedding", 7, "mixer.hypernet", 6, "alpha", 2.0);
        List<Map<String, Object>> weights =
                List.of(
                        Map.of("lambda.tau", 0.5),
                        Map.of("lambda.tau", 30.0, "lambda.sign", "minus"),
                        Map.of("lambda.tau", 0.1, "lambda.measure", "ratio"),
                        Map.of("lambda.mode", "argmax"),
                        Map.of("lambda.mode", "argmax", "lambda.sign", "minus"),
                        Map.of("lambda.mode", "uniform"),
                        Map.of("lambda.tau", 0.5, "sequences", "padded"));
        // With few samples most steps have no valid one; those of 43 fill no whole vector.
        List<Map<String, Object>> samples =
                List.of(
                        Map.of("macql.samples", 100),
                        Map.of("macql.samples", 2),
                        Map.of("macql.samples", 43, "sequences", "padded"),
                        Map.of("macql.sampling", "fixed", "macql.samples", 100),
                        Map.of("macql.sampling", "fixed", "macql.samples", 1));
        List<Arguments> cases = new ArrayList<>();
        for (KernelVariant tested : KernelVariant.values()) {
            if (NativeKernels.supports(tested)) {
                for (Map<String, Object> choice : weights) {
                    cases.add(Arguments.of(tested, "cfcql", joined(choice, Map.of("alpha", 2.0))));
                    cases.add(Arguments.of(tested, "cfcql", joined(choice, small)));
                }
                for (Map<String, Object> choice : samples) {
                    cases.add(Arguments.of(tested, "macql", joined(choice, Map.of("alpha", 2.0))));
                    cases.add(Arguments.of(tested, "macql", joined(choice, small)));
                }
                cases.add(Arguments.of(tested, "recurrent-behaviour", Map.of()));
                cases.add(Arguments.of(tested, "recurrent-behaviour", Map.of("hidden", 33)));
            }
        }
        return cases.stream();
    }

    private static Map<String, Object> joined(Map<String, Object> left, Map<String, Object> right) {
        Map<String, Object> all = new TreeMap<>(left);
        all.putAll(right);
        return all;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void updatesByTheKernelsEqualThoseOfLibTorch(
            KernelVariant tested, String id, Map<String, Object> keys) {
        NativeKernels.use(tested);
        Map<String, double[]> expected = update(id, keys, Precision.FLOAT64, Kernels.OFF);
        compare(update(id, keys, Precision.FLOAT64, Kernels.ON), expected, 1e-11);
        // Float32 rounds 1e-7 per operation; sums here have up to a thousand terms.
        compare(update(id, keys, Precision.FLOAT32, Kernels.ON), expected, 1e-4);
    }

    private static void compare(
            Map<String, double[]> found, Map<String, double[]> expected, double tolerance) {
        assertThat(found.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
        expected.forEach(
                (name, numbers) -> {
                    double[] actual = found.get(name);
                    assertThat(actual).as(name).hasSameSizeAs(numbers);
                    double scale = Arrays.stream(numbers).map(Math::abs).max().orElse(0);
                    for (int index = 0; index < numbers.length; index++) {
                        double bound =
                                tolerance
                                        * (name.contains("/")
                                                ? Math.max(1e-3, scale)
                                                : Math.max(1, Math.abs(numbers[index])));
                        assertThat(actual[index])
                                .as(name + " at " + index)
                                .isEqualTo(numbers[index], within(bound));
                    }
                });
    }

    @Test
    void equalUpdatesGiveEqualBits() {
        Map<String, Object> keys = Map.of("alpha", 2.0, "lambda.tau", 0.5);
        Map<String, double[]> first = update("cfcql", keys, Precision.FLOAT32, Kernels.ON);
        update("cfcql", keys, Precision.FLOAT32, Kernels.ON)
                .forEach((name, numbers) -> assertThat(numbers).containsExactly(first.get(name)));
    }

    @Test
    void nanInAParameterIsANumericFault() {
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
        TaskShape task = MadeUpEpisodes.task(AGENTS);
        Settings settings = new Settings("cfcql", Map.of("alpha", 2.0, "lambda.tau", 0.5));
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(tensors, Probe.SILENT, Kernels.ON);
                Learner learner =
                        Algorithms.find("cfcql")
                                .configure(task, settings, Track.EQUAL)
                                .create(context)) {
            learner.networks().get(0).tensors().get("fc1.bias").fill_(new Scalar(Double.NaN));
            EpisodeBatch batch = MadeUpEpisodes.batch(tensors, task, BATCH, 5);
            assertThatThrownBy(() -> learner.update(batch, FULL)).isInstanceOf(NumericFault.class);
        }
    }
}
