package org.cfcql.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Learner;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.MixingNetwork;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.MadeUpEpisodes;
import org.cfcql.testkit.Recorder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Identities of spec 9 at what the kernel and a whole update compute; {@link
 * AnalyticIdentitiesTest} has those of the formulas.
 */
final class DiscreteIdentitiesTest {
    private static final TensorFactory DOUBLE =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
    private static final UpdateStep FULL =
            new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, true);
    private static final int BATCH = 9;

    /**
     * What both probabilities are raised by (spec 1.6); their sums exceed 1 by so much per action.
     */
    private static final double SMOOTHING = 1e-5;

    /** A mixer whose hidden layer stays where ELU is linear adds up: a VDN. */
    private static MixingNetwork.Mixer sum(long rows, int agents) {
        double shift = 1000;
        return new MixingNetwork.Mixer(
                DOUBLE.ones(rows, agents, 1),
                DOUBLE.ones(rows, 1).mul(new Scalar(shift)),
                DOUBLE.ones(rows, 1),
                DOUBLE.ones(rows, 1).mul(new Scalar(-shift)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void withASumForAMixerTheKernelsPenaltyIsTheMeanOfTheAgentsOwn(int agents) {
        assumeThat(NativeKernels.available()).as("compiled kernels").isTrue();
        TaskShape task = MadeUpEpisodes.task(agents);
        Settings settings = new Settings("cfcql", Map.of("alpha", 2.0, "lambda.mode", "uniform"));
        DiscreteHyperparameters parameters =
                DiscreteHyperparameters.read(task, settings, ConservativeTerm.COUNTERFACTUAL);
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(DOUBLE, Probe.SILENT, Kernels.ON)) {
            EpisodeRows rows =
                    new EpisodeRows(
                            MadeUpEpisodes.batch(DOUBLE, task, BATCH, 5),
                            parameters.layout(),
                            task.actionSpace().size(),
                            DOUBLE);
            Tensor available = rows.steps(rows.available());
            long steps = available.size(0);
            Tensor values =
                    new Initialisation(Compute.byLibTorch(DOUBLE), new RandomStream(3))
                            .normal(2, steps, agents, task.actionSpace().size());
            values.requires_grad_(true);
            double found =
                    new DiscreteLoss(parameters, context)
                            .terms(rows, values, sum(steps, agents), DOUBLE.ones(steps), null)
                            .conservative()
                            .orElseThrow()
                            .item_double();
            Tensor own =
                    values.masked_fill(available.logical_not(), new Scalar(-1e10)).logsumexp(2);
            double expected = own.sub(rows.chosen(values)).mean().item_double();
            assertThat(found).isCloseTo(expected, within(1e-9));
        }
    }

    /** λ, D + 1 under the ratio measure or KL, and the mask of one update. */
    private static Map<String, double[]> update(int agents, String measure) {
        Recorder recorder = new Recorder();
        Map<String, Object> keys = new HashMap<>(Map.of("alpha", 2.0, "lambda.tau", 0.7));
        keys.put("lambda.measure", measure);
        TaskShape task = MadeUpEpisodes.task(agents);
        try (PointerScope scope = new PointerScope();
                HarnessContext context = TestBatches.context(DOUBLE, recorder, Kernels.OFF);
                Learner learner =
                        Algorithms.find("cfcql")
                                .configure(task, new Settings("cfcql", keys), Track.EQUAL)
                                .create(context)) {
            learner.update(MadeUpEpisodes.batch(DOUBLE, task, BATCH, 5), FULL);
        }
        return recorder.heard();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8})
    void theCounterfactualDistanceLiesBetweenZeroAndTheJointOneAndKeepsItsLead(int agents) {
        Map<String, double[]> ratio = update(agents, "ratio");
        double[] weights = ratio.get("lambda");
        double[] second = ratio.get("divergence");
        double[] divergences = update(agents, "kl").get("divergence");
        double[] mask = ratio.get("mask");
        double slack = 1e-3;
        int steps = 0;
        for (int step = 0; step < mask.length; step++) {
            if (mask[step] == 0) {
                continue;
            }
            steps++;
            double counterfactual = 0;
            double joint = 1;
            double others = 0;
            int farthest = 0;
            for (int agent = 0; agent < agents; agent++) {
                int entry = step * agents + agent;
                double distance = second[entry] - 1;
                assertThat(distance).as("D of agent %d", agent).isGreaterThan(-slack);
                // Jensen: KL is at most the logarithm of the expected ratio (D-2).
                assertThat(divergences[entry]).isLessThanOrEqualTo(Math.log(second[entry]) + slack);
                counterfactual += weights[entry] * distance;
                joint *= second[entry];
                others += divergences[entry];
                farthest = second[entry] > second[step * agents + farthest] ? agent : farthest;
            }
            others -= divergences[step * agents + farthest];
            assertThat(counterfactual).isBetween(-slack, joint - 1 + slack);
            assertThat(joint - 1 + slack).isGreaterThanOrEqualTo(counterfactual * Math.exp(others));
        }
        assertThat(steps).isGreaterThan(BATCH);
        assertThat(SMOOTHING * MadeUpEpisodes.task(agents).actionSpace().size()).isLessThan(slack);
    }
}
