package org.cfcql.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.data.batch.Batch;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Branch;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Policy;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.StreamNoise;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.verify.GoldenVerifier;
import org.cfcql.verify.VerifyResult;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a processor can prove of an accelerator: every learner computes on a {@link SecondDevice},
 * which refuses tensors of the processor and counts what the host reads, and must come to the
 * numbers of the processor.
 */
@EnabledIfEnvironmentVariable(
        named = "CFCQL_SECOND_DEVICE",
        matches = ".+",
        disabledReason = "needs the library of make second-device")
class SecondDeviceTest {
    private static final int ROUNDS = 3;
    private static final List<Path> GOLDEN =
            List.of(
                    Path.of("src", "test", "resources", "golden"),
                    Path.of("..", "harness", "core", "src", "test", "resources", "golden"));

    /** Settings under which a learner takes other paths than by default. */
    private static final Map<String, List<Map<String, Object>>> FORMS =
            Map.of(
                    "cfcql CONTINUOUS",
                    List.of(
                            Map.of("lambda", Map.of("mode", "softmax", "tau", 0.5)),
                            Map.of("norm.input", "batchnorm"),
                            Map.of("norm.input", "layernorm"),
                            Map.of("cft", true)),
                    "cfcql DISCRETE",
                    List.of(Map.of("lambda", Map.of("mode", "softmax", "tau", 0.5))),
                    "omar CONTINUOUS",
                    List.of(Map.of("form", "halfcheetah")),
                    "icql CONTINUOUS",
                    List.of(Map.of("form", "halfcheetah")),
                    "td3-bc CONTINUOUS",
                    List.of(Map.of("critic", "independent")),
                    "matd3 CONTINUOUS",
                    List.of(Map.of("critic", "independent")));

    /**
     * A learner to try.
     *
     * @param keys what is set of it
     */
    private record Form(Algorithm algorithm, Branch branch, Map<String, Object> keys) {
        TaskShape task() {
            return branch == Branch.CONTINUOUS ? Toy.TASK : DiscreteToy.TASK;
        }

        @Override
        public String toString() {
            return algorithm.id() + " " + branch + " " + keys;
        }
    }

    static Stream<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (Algorithm algorithm : Algorithms.all()) {
            for (Branch branch : algorithm.capabilities().branches()) {
                String name = algorithm.id() + " " + branch;
                Map<String, Object> keys = keys(algorithm, branch);
                forms.add(new Form(algorithm, branch, keys));
                FORMS.getOrDefault(name, List.of())
                        .forEach(
                                more -> {
                                    Map<String, Object> both = new TreeMap<>(keys);
                                    both.putAll(more);
                                    forms.add(new Form(algorithm, branch, both));
                                });
            }
        }
        return forms.stream();
    }

    /** What is published for few tasks, and not for the toys. */
    private static Map<String, Object> keys(Algorithm algorithm, Branch branch) {
        return switch (algorithm.id()) {
            case "cfcql", "macql", "icql" -> Map.of("alpha", 0.5);
            case "omar" ->
                    branch == Branch.CONTINUOUS
                            ? Map.of("alpha", 0.5, "omar.coefficient", 0.5)
                            : Map.of();
            default -> Map.of();
        };
    }

    /** A learner at work on a device. */
    private static final class Running implements AutoCloseable {
        private final Form form;
        private final TensorFactory tensors;
        private final ConfiguredAlgorithm configured;
        private final HarnessContext context;
        private final Learner learner;

        Running(Form form, ComputeDevice device) {
            this.form = form;
            tensors = new TensorFactory(device, Precision.FLOAT64);
            SeedTree seeds = new SeedTree(1);
            configured =
                    Algorithms.configure(
                            form.algorithm(),
                            form.task(),
                            new Settings(form.algorithm().id(), form.keys()),
                            Track.EQUAL);
            context =
                    new HarnessContext(
                            new Compute(device, Precision.FLOAT64, Kernels.OFF),
                            seeds,
                            new StreamNoise(seeds.child("noise"), tensors),
                            Probe.SILENT,
                            new BudgetLedger(Budget.unlimited()));
            learner = configured.create(context);
        }

        Batch batch(int number) {
            return form.branch() == Branch.CONTINUOUS
                    ? SecondDeviceBatches.transitions(number, tensors)
                    : SecondDeviceBatches.episodes(number, tensors);
        }

        /** All updates of some rounds, pretraining first. */
        void train() {
            for (int round = 0; round < ROUNDS; round++) {
                try (PointerScope scope = new PointerScope()) {
                    Batch batch = batch(round);
                    for (PretrainingPlan plan : configured.pretraining()) {
                        learner.pretrain(plan.name(), batch);
                    }
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (UpdateStep step : configured.schedule().steps()) {
                    try (PointerScope scope = new PointerScope()) {
                        learner.update(batch(round), step);
                        learner.updateTargets();
                    }
                }
            }
        }

        @Override
        public void close() {
            learner.close();
            context.close();
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void roundsGiveTheNumbersOfTheProcessorAndTheHostReadsNothing(Form form) {
        try (PointerScope scope = new PointerScope();
                Running here = new Running(form, ComputeDevice.CPU);
                Running there = new Running(form, SecondDevice.DEVICE)) {
            here.train();
            long before = SecondDevice.hostReads();
            there.train();
            assertThat(SecondDevice.hostReads() - before).as("host reads of all updates").isZero();
            Map<String, Double> expected = here.learner.metrics();
            Map<String, Double> metrics = there.learner.metrics();
            assertThat(SecondDevice.hostReads() - before).as("host reads of metrics").isOne();
            assertThat(metrics.keySet()).isEqualTo(expected.keySet());
            metrics.forEach(
                    (name, value) ->
                            assertThat(value)
                                    .as(name)
                                    .isCloseTo(expected.get(name), withinPercentage(1e-6)));
            Map<String, double[]> parameters = DiscreteToy.parameters(here.learner);
            DiscreteToy.parameters(there.learner)
                    .forEach(
                            (name, values) ->
                                    assertThat(values)
                                            .as(name)
                                            .containsExactly(parameters.get(name), within(1e-9)));
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void policiesDecideAsOnTheProcessor(Form form) {
        try (PointerScope scope = new PointerScope();
                Running here = new Running(form, ComputeDevice.CPU);
                Running there = new Running(form, SecondDevice.DEVICE);
                Policy.Session expected = here.learner.policy().open(2);
                Policy.Session session = there.learner.policy().open(2)) {
            for (int step = 0; step < 3; step++) {
                long before = SecondDevice.hostReads();
                Actions actions = session.act(seen(form, step));
                assertThat(SecondDevice.hostReads() - before).as("host reads of a step").isOne();
                assertThat(numbers(actions))
                        .containsExactly(numbers(expected.act(seen(form, step))), within(1e-6f));
            }
        }
    }

    private static float[] numbers(Actions actions) {
        if (actions instanceof Actions.Continuous continuous) {
            return continuous.values();
        }
        int[] chosen = ((Actions.Discrete) actions).values();
        float[] numbers = new float[chosen.length];
        for (int index = 0; index < numbers.length; index++) {
            numbers[index] = chosen[index];
        }
        return numbers;
    }

    private static Observations seen(Form form, int step) {
        int rows = 2;
        TaskShape task = form.task();
        float[] observations = new float[rows * task.agents() * task.observationSize()];
        float[] state = new float[rows * task.stateSize()];
        RandomStream stream = new RandomStream(step);
        stream.fillUniform(observations, -1, 1);
        stream.fillUniform(state, -1, 1);
        return new Observations(
                rows,
                observations,
                state,
                form.branch() == Branch.CONTINUOUS
                        ? new byte[0]
                        : ones(rows * task.agents() * task.actionSpace().size()));
    }

    private static byte[] ones(int count) {
        byte[] ones = new byte[count];
        Arrays.fill(ones, (byte) 1);
        return ones;
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void goldenFilesPassOnIt(Precision precision) {
        for (Path folder : GOLDEN) {
            GoldenVerifier verifier = new GoldenVerifier(folder, SecondDevice.DEVICE);
            assertThat(verifier.files()).isNotEmpty();
            for (Path file : verifier.files()) {
                VerifyResult result = verifier.verify(file, precision);
                assertThat(result.failures()).as(result.file()).isEmpty();
                assertThat(result.status()).isEqualTo(VerifyResult.Status.PASSED);
            }
        }
    }
}
