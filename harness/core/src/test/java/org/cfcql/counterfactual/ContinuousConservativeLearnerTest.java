package org.cfcql.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.data.batch.TransitionBatch;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.error.NumericFault;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Policy;
import org.cfcql.learn.PretrainingPlan;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.parts.continuous.ContinuousPublished;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.Recorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContinuousConservativeLearnerTest {
    private static final TensorFactory SINGLE =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
    private static final TensorFactory DOUBLE =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
    private static final UpdateStep FULL =
            new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true);

    private static Map<String, double[]> update(
            String id,
            TaskShape task,
            Map<String, ?> keys,
            TensorFactory tensors,
            int size,
            Kernels kernels) {
        Recorder recorder = new Recorder();
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(tensors, recorder, kernels)) {
            Settings settings = new Settings(id, keys);
            try (Learner learner =
                    Algorithms.find(id).configure(task, settings, Track.EQUAL).create(context)) {
                learner.update(TestBatches.batch(tensors, task, size, 5), FULL);
            }
        }
        return recorder.heard();
    }

    /** Errors in units of the largest entry: of the array, or of the network for gradients. */
    private static void assertClose(
            Map<String, double[]> expected, Map<String, double[]> found, double tolerance) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        Map<String, Double> scales = new TreeMap<>();
        expected.forEach(
                (name, values) -> {
                    double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
                    scales.merge(name.split("/")[0], Math.max(1e-3, largest), Math::max);
                });
        expected.forEach(
                (name, values) -> {
                    double difference = 0;
                    for (int index = 0; index < values.length; index++) {
                        double one = Math.abs(values[index] - found.get(name)[index]);
                        difference = Math.max(difference, one);
                    }
                    assertThat(difference / scales.get(name.split("/")[0]))
                            .as(name)
                            .isLessThanOrEqualTo(tolerance);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "cfcql,mpe,batchnorm",
        "cfcql,mpe,layernorm",
        "cfcql,mpe,none",
        "cfcql,halfcheetah,batchnorm",
        "cfcql,halfcheetah,layernorm",
        "cfcql,halfcheetah,none",
        "macql,mpe,batchnorm",
        "macql,mpe,layernorm",
        "macql,mpe,none",
        "macql,halfcheetah,batchnorm",
        "macql,halfcheetah,layernorm",
        "macql,halfcheetah,none"
    })
    void kernelEqualsItsOracleInDoublePrecision(String id, String form, String normalisation) {
        assumeThat(NativeKernels.available()).as("compiled kernels").isTrue();
        TaskShape task = TestBatches.task(3, 18, 2);
        Map<String, ?> keys = Map.of("form", form, "norm", Map.of("input", normalisation));
        assertClose(
                update(id, task, keys, DOUBLE, 64, Kernels.OFF),
                update(id, task, keys, DOUBLE, 64, Kernels.ON),
                1e-11);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT64,batchnorm,1e-10",
        "FLOAT32,batchnorm,1e-5",
        "FLOAT64,layernorm,1e-10",
        "FLOAT32,layernorm,1e-5",
        "FLOAT64,none,1e-10",
        "FLOAT32,none,1e-5"
    })
    void kernelEqualsItsOracleAtTheSizesOfCooperativeNavigation(
            Precision precision, String normalisation, double tolerance) {
        assumeThat(NativeKernels.available()).as("compiled kernels").isTrue();
        TaskShape task = TestBatches.task(3, 18, 2);
        Map<String, ?> keys = Map.of("norm", Map.of("input", normalisation));
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, precision);
        // The double-precision oracle is the reference for both: draws and parameters are the same
        // single-precision numbers.
        Map<String, double[]> oracle = update("cfcql", task, keys, DOUBLE, 1024, Kernels.OFF);
        Map<String, double[]> kernel = update("cfcql", task, keys, tensors, 1024, Kernels.ON);
        // What follows Adam's first step is left out: it turns the sign of a gradient that is zero
        // up to rounding into a step of the learning rate.
        for (Map<String, double[]> heard : List.of(oracle, kernel)) {
            heard.keySet().removeIf(name -> name.contains("actor") || name.contains("actions"));
        }
        assertThat(oracle).containsKey("critic/q1.l1.weight");
        assertClose(oracle, kernel, tolerance);
    }

    @Test
    void withOneAgentCfcqlMacqlAndCqlAreTheSame() {
        TaskShape task = TestBatches.task(1, 6, 3);
        Map<String, double[]> cfcql = update("cfcql", task, Map.of(), DOUBLE, 16, Kernels.OFF);
        Map<String, double[]> macql = update("macql", task, Map.of(), DOUBLE, 16, Kernels.OFF);
        cfcql.remove("lambda");
        // With one agent counterfactual and joint policy improvement are the same as well.
        assertClose(macql, cfcql, 1e-12);
    }

    @Test
    void argmaxPutsAllWeightOnTheAgentFarthestFromTheData() {
        try (PointerScope scope = new PointerScope()) {
            Tensor logDensity = DOUBLE.of(new double[] {-1, -3, -2, 0, 1, -1}, 2, 3);
            AgentWeights argmax = new AgentWeights(AgentWeights.Mode.ARGMAX, 0, false, false);
            AgentWeights minus = new AgentWeights(AgentWeights.Mode.SOFTMAX, 50, true, false);
            AgentWeights ratio = new AgentWeights(AgentWeights.Mode.SOFTMAX, 2, false, true);
            assertThat(TensorFactory.toDoubles(argmax.weigh(logDensity)))
                    .containsExactly(0, 1, 0, 0, 0, 1);
            assertThat(TensorFactory.toDoubles(minus.weigh(logDensity))[0]).isGreaterThan(0.999);
            Tensor tiny = SINGLE.of(new double[] {-1e4, 0}, 1, 2);
            assertThat(TensorFactory.toDoubles(ratio.weigh(tiny))).containsExactly(1, 0);
            double[] weights = TensorFactory.toDoubles(ratio.weigh(logDensity));
            assertRatioKeepsTheOrderOfFarAgents();
            double odds = Math.exp(2 * (Math.exp(2) - Math.exp(1)));
            assertThat(weights[2] / weights[0]).isCloseTo(odds, Percentage.withPercentage(1e-9));
        }
    }

    /** Densities whose reciprocals exp(50) and exp(60) are far beyond the bend of the measure. */
    private static void assertRatioKeepsTheOrderOfFarAgents() {
        for (TensorFactory tensors : List.of(SINGLE, DOUBLE)) {
            Tensor far = tensors.of(new double[] {-50, -60}, 1, 2);
            for (AgentWeights.Mode mode :
                    List.of(AgentWeights.Mode.ARGMAX, AgentWeights.Mode.SOFTMAX)) {
                AgentWeights plus = new AgentWeights(mode, 1e9, false, true);
                AgentWeights minus = new AgentWeights(mode, 1e9, true, true);
                assertThat(TensorFactory.toDoubles(plus.weigh(far))).containsExactly(0, 1);
                assertThat(TensorFactory.toDoubles(minus.weigh(far))).containsExactly(1, 0);
            }
            // Small enough a τ shows the slope: exp(40) per unit of the log density.
            AgentWeights soft = new AgentWeights(AgentWeights.Mode.SOFTMAX, 1e-18, false, true);
            double[] weights = TensorFactory.toDoubles(soft.weigh(far));
            assertThat(Math.log(weights[1] / weights[0]))
                    .isCloseTo(10 * Math.exp(40) * 1e-18, Percentage.withPercentage(1e-3));
        }
    }

    @Test
    void lossThatIsNoNumberIsANumericFault() {
        TaskShape task = TestBatches.task(2, 4, 2);
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(SINGLE, Probe.SILENT, Kernels.OFF)) {
            Learner learner =
                    Algorithms.find("cfcql")
                            .configure(task, new Settings("cfcql", Map.of()), Track.EQUAL)
                            .create(context);
            TransitionBatch batch = TestBatches.batch(SINGLE, task, 8, 5);
            batch.rewards().fill_(new Scalar(Double.NaN));
            assertThatThrownBy(() -> learner.update(batch, FULL))
                    .isInstanceOf(NumericFault.class)
                    .hasMessageContaining("cfcql");
            learner.close();
        }
    }

    /** Each switch must move at least one number of an update, else it is inert. */
    @ParameterizedTest
    @CsvSource({
        "cfp,false",
        "cft,true",
        "gamma,0.9",
        "reward.aggregation,mean",
        "norm.input,layernorm",
        "norm.input,none",
        "lse.logp,swapped",
        "lse.nextOthers,datasetAction",
        "lse.samples,7",
        "lse.temperature,2.0",
        "lse.groups,random+current",
        "lse.densityCorrection,false",
        "lse.othersNoise,0.1",
        "lse.sampleNoise,0.3",
        "lambda.mode,argmax",
        "alpha,2.0",
        "targetNoise,0.2",
        "actionRegularisation,0.1",
        "behaviourCloning,0.5",
        "gradientClip,0.01",
        "lr,0.02",
        "actorLr,0.02",
        "targetTau,0.5",
        "criticPerActor,2",
        "hidden,16"
    })
    void noSwitchIsInert(String key, String value) {
        Map<String, Object> keys = new LinkedHashMap<>(Map.of("form", "halfcheetah", "hidden", 8));
        assertMoves(keys, key, parse(value));
    }

    /** The same for the keys of weights by density. */
    @ParameterizedTest
    @CsvSource({
        "lambda.tau,0.9",
        "lambda.sign,minus",
        "lambda.measure,ratio",
        "vae.hidden,7",
        "vae.latent,3",
        "vae.samples,4",
        "vae.beta,0.1",
        "vae.lr,0.1",
        "vae.updates,3",
        "vae.batch,5"
    })
    void noSwitchOfTheWeightsIsInert(String key, String value) {
        Map<String, Object> keys = new LinkedHashMap<>(Map.of("form", "mpe", "hidden", 8));
        keys.put("lambda.mode", "softmax");
        keys.put("lambda.tau", 0.5);
        keys.put("vae.hidden", 6);
        keys.put("vae.samples", 3);
        keys.put("vae.updates", 2);
        keys.put("vae.batch", 8);
        assertMoves(keys, key, parse(value));
    }

    private static void assertMoves(Map<String, Object> keys, String key, Object value) {
        Map<String, double[]> before = round(keys);
        keys.put(key, value);
        Map<String, double[]> after = round(keys);
        boolean moved =
                before.entrySet().stream()
                        .anyMatch(
                                entry ->
                                        !Arrays.equals(
                                                entry.getValue(), after.get(entry.getKey())));
        assertThat(moved).as(key).isTrue();
    }

    /** Pretraining, a round as its schedule says, and one more update that sees the targets. */
    private static Map<String, double[]> round(Map<String, ?> keys) {
        TaskShape task = TestBatches.task(2, 5, 2);
        ConfiguredAlgorithm configured =
                Algorithms.find("cfcql").configure(task, new Settings("cfcql", keys), Track.PAPER);
        Recorder recorder = new Recorder();
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(DOUBLE, recorder, Kernels.OFF);
                Learner learner = configured.create(context)) {
            for (PretrainingPlan plan : configured.pretraining()) {
                TransitionBatch batch = TestBatches.batch(DOUBLE, task, plan.batchSize(), 4);
                // The published length, where a case leaves it, is hours.
                for (int update = 0; update < Math.min(plan.updates(), 3); update++) {
                    learner.pretrain(plan.name(), batch);
                }
            }
            TransitionBatch batch = TestBatches.batch(DOUBLE, task, 16, 5);
            for (UpdateStep step : configured.schedule().steps()) {
                learner.update(batch, step);
                if (step.targetsFollow()) {
                    learner.updateTargets();
                }
            }
            learner.update(batch, FULL);
        }
        return recorder.heard();
    }

    /** A key that cannot matter beside the others is an error, not a surprise. */
    @ParameterizedTest
    @CsvSource({
        "lambda.tau,0.5,lambda.mode: softmax",
        "lambda.sign,minus,lambda.mode: softmax",
        "lambda.measure,ratio,lambda.mode: softmax",
        "vae.hidden,8,lambda.mode: softmax",
        "lambda.mode,softmax,expected lambda.tau",
        "lse.sampleNoise,0.3,lse.groups",
        "lse.logp,swapped,lse.groups",
        "lse.nextOthers,datasetAction,lse.groups",
        "lse.othersNoise,0.1,form: halfcheetah"
    })
    void keysWithoutEffectAreRefused(String key, String value, String advice) {
        TaskShape task = TestBatches.task(2, 5, 2);
        Settings settings = new Settings("cfcql", Map.of(key, parse(value)));
        assertThatThrownBy(() -> Algorithms.find("cfcql").configure(task, settings, Track.EQUAL))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(key)
                .hasMessageContaining(advice);
    }

    @Test
    void whatAPolicyKeepsOfItsTrainingIsReadAgain() {
        TaskShape task = TestBatches.task(2, 5, 2);
        Settings trained = new Settings("cfcql", Map.of());
        Algorithms.find("cfcql").configure(task, trained, Track.EQUAL);
        Settings stored = Settings.stored("cfcql", trained.resolved());
        Algorithms.find("cfcql").configure(task, stored, Track.EQUAL);
        assertThat(stored.resolved()).isEqualTo(trained.resolved());
    }

    private static Object parse(String value) {
        if (value.equals("true") || value.equals("false")) {
            return Boolean.parseBoolean(value);
        }
        return value.matches("[0-9.]+") ? (Object) Double.parseDouble(value) : value;
    }

    @Test
    void publishedValuesFollowEnvironmentAndData() {
        assertThat(ContinuousPublished.of("mpe/simple_world", "expert"))
                .isEqualTo(new ContinuousPublished("mpe", 64, 0.001, 0.01, OptionalDouble.of(0.3)));
        assertThat(ContinuousPublished.of("mpe/simple_spread", "random").learningRate())
                .isEqualTo(0.01);
        assertThat(ContinuousPublished.of("mpe/simple_spread", "mine").alpha()).isEmpty();
    }

    @Test
    void unknownKeysAndUnpublishedAlphaAreRefused() {
        Algorithm algorithm = Algorithms.find("cfcql");
        TaskShape task = TestBatches.task(2, 5, 2);
        Settings unknown = new Settings("cfcql", Map.of("alpah", 1.0));
        assertThatThrownBy(() -> Algorithms.configure(algorithm, task, unknown, Track.EQUAL))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'alpha'");
        TaskShape other =
                new TaskShape(task.environment(), "mine", 2, 5, 10, task.actionSpace(), 25);
        Settings empty = new Settings("cfcql", Map.of());
        assertThatThrownBy(() -> Algorithms.configure(algorithm, other, empty, Track.EQUAL))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("alpha");
    }

    @Test
    void densityModelIsPretrainedOnlyWhereWeightsNeedIt() {
        TaskShape task = TestBatches.task(2, 5, 2);
        Algorithm algorithm = Algorithms.find("cfcql");
        Settings uniform = new Settings("cfcql", Map.of());
        assertThat(algorithm.configure(task, uniform, Track.PAPER).pretraining()).isEmpty();
        Settings weighed =
                new Settings(
                        "cfcql",
                        Map.of(
                                "lambda", Map.of("mode", "softmax", "tau", 1),
                                "vae", Map.of("hidden", 16, "lr", 0.01)));
        ConfiguredAlgorithm configured = algorithm.configure(task, weighed, Track.PAPER);
        assertThat(configured.pretraining())
                .singleElement()
                .satisfies(plan -> assertThat(plan.updates()).isEqualTo(100_001));
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(SINGLE, Probe.SILENT, Kernels.OFF);
                Learner learner = configured.create(context)) {
            TransitionBatch batch = TestBatches.batch(SINGLE, task, 32, 5);
            learner.pretrain("vae-behaviour", batch);
            double first = learner.pretrainingMetrics("vae-behaviour").get("vaeLoss");
            double last = first;
            for (int update = 0; update < 100; update++) {
                learner.pretrain("vae-behaviour", batch);
                last = learner.pretrainingMetrics("vae-behaviour").get("vaeLoss");
            }
            assertThat(last).isLessThan(first);
            learner.update(batch, FULL);
            assertThat(learner.metrics())
                    .as("a resumed run knows nothing of the pretraining's losses")
                    .containsKey("tdLoss")
                    .doesNotContainKeys("vaeLoss", "vaeReconstructionLoss", "vaeDivergence");
        }
    }

    @Test
    void policyActsTheSameForOneEnvironmentAndForMany() {
        TaskShape task = TestBatches.task(2, 5, 2);
        try (HarnessContext context = TestBatches.context(SINGLE, Probe.SILENT, Kernels.OFF);
                Learner learner =
                        Algorithms.find("cfcql")
                                .configure(task, new Settings("cfcql", Map.of()), Track.EQUAL)
                                .create(context);
                Policy.Session session = learner.policy().open(3)) {
            float[] observations = new float[3 * 2 * 5];
            for (int index = 0; index < observations.length; index++) {
                observations[index] = (float) Math.sin(index);
            }
            float[] all = act(session, 3, observations);
            for (int environment = 0; environment < 3; environment++) {
                float[] own =
                        Arrays.copyOfRange(observations, environment * 10, environment * 10 + 10);
                float[] alone = act(session, 1, own);
                for (int index = 0; index < 4; index++) {
                    assertThat(alone[index]).isCloseTo(all[environment * 4 + index], within(1e-6f));
                }
            }
        }
    }

    private static float[] act(Policy.Session session, int environments, float[] observations) {
        Observations seen = new Observations(environments, observations, observations, new byte[0]);
        return ((Actions.Continuous) session.act(seen)).values();
    }
}
