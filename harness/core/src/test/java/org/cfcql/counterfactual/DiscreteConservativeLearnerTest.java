package org.cfcql.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.parts.discrete.TargetCopy;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.MadeUpEpisodes;
import org.cfcql.testkit.Recorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscreteConservativeLearnerTest {
    private static final TensorFactory DOUBLE =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
    private static final UpdateStep FULL =
            new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true);
    private static final int BATCH = 7;

    private static Map<String, Object> keys(Object... pairs) {
        Map<String, Object> keys = new HashMap<>(Map.of("alpha", 2.0));
        for (int index = 0; index < pairs.length; index += 2) {
            keys.put((String) pairs[index], pairs[index + 1]);
        }
        return keys;
    }

    private static Map<String, double[]> update(String id, int agents, Map<String, ?> keys) {
        Recorder recorder = new Recorder();
        TaskShape task = MadeUpEpisodes.task(agents);
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(DOUBLE, recorder, Kernels.OFF)) {
            Settings settings = new Settings(id, keys);
            try (Learner learner =
                    Algorithms.find(id).configure(task, settings, Track.EQUAL).create(context)) {
                learner.update(MadeUpEpisodes.batch(DOUBLE, task, BATCH, 5), FULL);
            }
        }
        return recorder.heard();
    }

    @ParameterizedTest
    @CsvSource({
        "cfcql, lambda.mode, softmax",
        "cfcql, lambda.mode, argmax",
        "cfcql, lambda.mode, uniform",
        "cfcql, lambda.measure, ratio",
        "macql, macql.sampling, code",
        "macql, macql.sampling, fixed"
    })
    void packedSequencesGiveTheSameLossesAndGradientsAsPaddedOnes(
            String id, String key, String value) {
        Map<String, double[]> packed = update(id, 3, keys(key, value, "sequences", "packed"));
        Map<String, double[]> padded = update(id, 3, keys(key, value, "sequences", "padded"));
        assertThat(packed.keySet()).isEqualTo(padded.keySet()).contains("agent/rnn.weight_hh");
        padded.forEach(
                (name, expected) -> {
                    // Values per slot are computed on padding by the one and not by the other.
                    if (name.contains("/") || expected.length == 1) {
                        assertThat(packed.get(name))
                                .as(name)
                                .containsExactly(expected, within(1e-10));
                    }
                });
    }

    @Test
    void withOneAgentThePenaltyIsThatOfConservativeQLearning() {
        Map<String, double[]> heard = update("cfcql", 1, keys("sequences", "packed"));
        assertThat(heard.get("weighted_lse")).containsExactly(heard.get("lse"), within(1e-12));
        Map<String, double[]> sampled =
                update("macql", 1, keys("macql.sampling", "fixed", "macql.samples", 20_000));
        assertThat(sampled.get("conservative_loss")[0])
                .isEqualTo(heard.get("conservative_loss")[0], within(1e-3));
    }

    @Test
    void weightsSumToOneAndTheSignTurnsTheirOrder() {
        double[] plus = update("cfcql", 2, keys("lambda.tau", 3)).get("lambda");
        double[] minus =
                update("cfcql", 2, keys("lambda.tau", 3, "lambda.sign", "minus")).get("lambda");
        for (int index = 0; index < plus.length; index += 2) {
            if (plus[index] > 0) {
                assertThat(plus[index] + plus[index + 1]).isEqualTo(1, within(1e-12));
                assertThat(minus[index]).isEqualTo(plus[index + 1], within(1e-12));
            }
        }
        assertThat(Arrays.stream(plus).filter(weight -> weight > 0.501).count()).isPositive();
    }

    @Test
    void invalidSamplesContributeOneEachAsPublished() {
        Map<String, double[]> heard = update("macql", 3, keys("macql.samples", 11));
        double[] valid = heard.get("valid");
        double[] sampled = heard.get("sampled_q_tot");
        double[] found = heard.get("lse");
        double[] mask = heard.get("mask");
        int slots = found.length;
        for (int slot = 0; slot < slots; slot++) {
            double sum = 0;
            for (int sample = 0; sample < 11; sample++) {
                int entry = sample * slots + slot;
                sum += valid[entry] > 0 ? Math.exp(sampled[entry]) : 1;
            }
            if (mask[slot] > 0) {
                assertThat(found[slot]).isEqualTo(Math.log(sum), within(1e-12));
            }
        }
    }

    @Test
    void targetsAreCopiedAfterStepTwentySixAndThenEveryTwentyFive() {
        TargetCopy published = TargetCopy.read(new Settings("cfcql", Map.of()));
        assertThat(LongStream.rangeClosed(1, 80).filter(published::isDue))
                .containsExactly(26L, 51L, 76L);
    }

    @Test
    void behaviourModelIsTrainedOnlyWhereWeightsNeedIt() {
        TaskShape task = MadeUpEpisodes.task(2);
        assertThat(pretraining(task, keys("lambda.tau", 1))).hasSize(1);
        assertThat(pretraining(task, keys("lambda.mode", "uniform"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "uniform, lambda.tau, 0.5",
        "argmax, lambda.tau, 0.5",
        "uniform, lambda.sign, minus",
        "uniform, lambda.measure, ratio",
        "uniform, behaviour.updates, 5",
    })
    void aKeyThatCannotMatterInAModeOfWeighingIsRefused(String mode, String key, String value) {
        TaskShape task = MadeUpEpisodes.task(2);
        Object given = Character.isDigit(value.charAt(0)) ? Double.valueOf(value) : value;
        Object whole = key.equals("behaviour.updates") ? (Object) 5 : given;
        assertThatThrownBy(() -> pretraining(task, keys("lambda.mode", mode, key, whole)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("found '" + key + "' where it has none");
    }

    private static List<?> pretraining(TaskShape task, Map<String, ?> keys) {
        return Algorithms.find("cfcql")
                .configure(task, new Settings("cfcql", keys), Track.PAPER)
                .pretraining();
    }

    @Test
    void pretrainingMovesTheBehaviourModelAlone() {
        TaskShape task = MadeUpEpisodes.task(2);
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(DOUBLE, Probe.SILENT, Kernels.OFF);
                Learner learner =
                        Algorithms.find("cfcql")
                                .configure(task, new Settings("cfcql", keys()), Track.EQUAL)
                                .create(context)) {
            Map<String, double[]> before = parameters(learner);
            learner.pretrain(RecurrentBehaviour.ID, MadeUpEpisodes.batch(DOUBLE, task, BATCH, 5));
            Map<String, Double> numbers = learner.pretrainingMetrics(RecurrentBehaviour.ID);
            parameters(learner)
                    .forEach(
                            (name, values) ->
                                    assertThat(Arrays.equals(values, before.get(name)))
                                            .as(name)
                                            .isEqualTo(!name.startsWith("behaviour")));
            assertThat(numbers).containsKey("behaviourLoss");
            assertThat(learner.metrics()).as("of rounds alone").isEmpty();
        }
    }

    private static Map<String, double[]> parameters(Learner learner) {
        Map<String, double[]> values = new TreeMap<>();
        learner.networks()
                .forEach(
                        network ->
                                network.tensors()
                                        .forEach(
                                                (name, tensor) ->
                                                        values.put(
                                                                network.name() + "/" + name,
                                                                TensorFactory.toDoubles(tensor))));
        return values;
    }

    @Test
    void alphaWithoutAPublishedValueMustBeGiven() {
        assertThatThrownBy(() -> update("cfcql", 2, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("expected alpha to be set");
    }

    @Test
    void policyRemembersWithinAnEpisodeAndForgetsAtItsEnd() {
        TaskShape task = MadeUpEpisodes.task(2);
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(DOUBLE, Probe.SILENT, Kernels.OFF);
                Learner learner =
                        Algorithms.find("cfcql")
                                .configure(task, new Settings("cfcql", keys()), Track.EQUAL)
                                .create(context)) {
            // Large weights, so that memory shows in the decisions.
            learner.networks()
                    .get(0)
                    .tensors()
                    .values()
                    .forEach(tensor -> tensor.mul_(new Scalar(4.0)));
            Policy policy = learner.policy();
            try (Policy.Session one = policy.open(1);
                    Policy.Session two = policy.open(2)) {
                int[][] first = play(one, task, 1, 9);
                assertThat(Arrays.stream(first).map(Arrays::toString).distinct())
                        .as("different decisions on equal observations")
                        .hasSizeGreaterThan(1);
                one.reset(0);
                assertThat(play(one, task, 1, 9)).isDeepEqualTo(first);
                int[][] both = play(two, task, 2, 9);
                for (int time = 0; time < first.length; time++) {
                    assertThat(both[time])
                            .containsExactly(
                                    first[time][0], first[time][1], first[time][0], first[time][1]);
                }
            }
        }
    }

    /** The same observation at every step; action 0 is never available. */
    private static int[][] play(
            Policy.Session session, TaskShape task, int environments, int steps) {
        int[][] decisions = new int[steps][];
        int agents = task.agents();
        float[] seen = new float[environments * agents * task.observationSize()];
        for (int index = 0; index < seen.length; index++) {
            seen[index] = (float) Math.sin(index % (agents * task.observationSize()));
        }
        byte[] available = new byte[environments * agents * task.actionSpace().size()];
        for (int index = 0; index < available.length; index++) {
            available[index] = (byte) (index % task.actionSpace().size() == 0 ? 0 : 1);
        }
        for (int step = 0; step < steps; step++) {
            Actions actions =
                    session.act(new Observations(environments, seen, new float[0], available));
            decisions[step] = ((Actions.Discrete) actions).values().clone();
            assertThat(decisions[step]).doesNotContain(0);
        }
        return decisions;
    }
}
