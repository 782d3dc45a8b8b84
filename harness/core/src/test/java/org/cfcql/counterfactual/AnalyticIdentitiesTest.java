package org.cfcql.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.budget.Budget;
import org.cfcql.budget.BudgetLedger;
import org.cfcql.budget.Role;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.learn.HarnessContext;
import org.cfcql.learn.Noise;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.MixingNetwork;
import org.cfcql.nn.MixingNetwork.Mixer;
import org.cfcql.nn.TimeSlots;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.parts.discrete.EpisodeRows;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testkit.MadeUpEpisodes;

/** What holds for any policies, behaviours and values (spec 9). */
final class AnalyticIdentitiesTest {
    private static final TensorFactory DOUBLE =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
    private static final int ACTIONS = 5;
    private static final int BATCH = 4;

    // Divergences of tabular policies (theorem 4.2 of the paper, D-72; spec 9).

    @Property(tries = 300)
    void counterfactualDivergenceIsNoLargerThanTheTeams(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int agents,
            @ForAll @IntRange(min = 2, max = 4) int actions,
            @ForAll @DoubleRange(min = 0, max = 50) double tau,
            @ForAll AgentWeights.Mode mode) {
        RandomStream stream = new RandomStream(seed);
        double[][] policy = distributions(stream, agents, actions);
        double[][] behaviour = distributions(stream, agents, actions);
        double[] divergence = new double[agents];
        for (int agent = 0; agent < agents; agent++) {
            divergence[agent] = divergence(policy[agent], behaviour[agent]);
            assertThat(divergence[agent]).isGreaterThan(-1e-12);
            assertThat(divergence(policy[agent], policy[agent])).isEqualTo(0, within(1e-12));
        }
        double team = Arrays.stream(divergence).map(one -> 1 + one).reduce(1, (a, b) -> a * b) - 1;
        double scale = 1 + team;
        assertThat(teamDivergence(policy, behaviour)).isEqualTo(team, within(1e-9 * scale));
        double counterfactual = 0;
        double[] weights = weights(mode, tau, divergence);
        for (int agent = 0; agent < agents; agent++) {
            counterfactual += weights[agent] * divergence[agent];
        }
        assertThat(counterfactual).isBetween(-1e-12, team + 1e-9 * scale);
        double others = 0;
        int farthest = farthest(divergence);
        for (int agent = 0; agent < agents; agent++) {
            others += agent == farthest ? 0 : relativeEntropy(policy[agent], behaviour[agent]);
        }
        assertThat(team).isGreaterThanOrEqualTo(counterfactual * Math.exp(others) - 1e-9 * scale);
        double least = Arrays.stream(behaviour).flatMapToDouble(Arrays::stream).min().orElseThrow();
        assertThat(counterfactual).isLessThanOrEqualTo((1 / least - 1) * (1 + 1e-9));
        assertThat(team).isLessThanOrEqualTo((Math.pow(least, -agents) - 1) * (1 + 1e-9));
    }

    /** The penalised backup is one with the reward shifted by −α(Σ λ_i μ_i/β_i − 1). */
    @Property(tries = 200)
    void underItsOwnPolicyTheShiftOfTheRewardIsTheDivergence(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int agents,
            @ForAll @DoubleRange(min = 0, max = 5) double tau) {
        RandomStream stream = new RandomStream(seed);
        double[][] policy = distributions(stream, agents, 3);
        double[][] behaviour = distributions(stream, agents, 3);
        double[] divergence = new double[agents];
        Arrays.setAll(divergence, agent -> divergence(policy[agent], behaviour[agent]));
        double[] weights = weights(AgentWeights.Mode.SOFTMAX, tau, divergence);
        double shift = 0;
        double expected = 0;
        for (int agent = 0; agent < agents; agent++) {
            for (int action = 0; action < 3; action++) {
                double ratio = policy[agent][action] / behaviour[agent][action];
                shift -= policy[agent][action] * weights[agent] * (ratio - 1);
            }
            expected -= weights[agent] * divergence[agent];
        }
        // Values of the policy are never above the true ones.
        assertThat(shift).isLessThanOrEqualTo(1e-12);
        assertThat(shift).isEqualTo(expected, within(1e-9 * (1 - expected)));
    }

    private static double[] weights(AgentWeights.Mode mode, double tau, double... divergence) {
        if (mode == AgentWeights.Mode.UNIFORM) {
            double[] same = new double[divergence.length];
            Arrays.fill(same, 1.0 / divergence.length);
            return same;
        }
        try (PointerScope scope = new PointerScope()) {
            AgentWeights weights = new AgentWeights(mode, tau, false, false);
            Tensor row = DOUBLE.of(divergence, 1, divergence.length);
            return TensorFactory.toDoubles(weights.ofDeviation(row));
        }
    }

    private static double[][] distributions(RandomStream stream, int agents, int actions) {
        float[] draws = new float[agents * actions];
        stream.fillUniform(draws, 0.02F, 1);
        double[][] rows = new double[agents][actions];
        for (int agent = 0; agent < agents; agent++) {
            double sum = 0;
            for (int action = 0; action < actions; action++) {
                rows[agent][action] = Math.pow(draws[agent * actions + action], 2);
                sum += rows[agent][action];
            }
            for (int action = 0; action < actions; action++) {
                rows[agent][action] /= sum;
            }
        }
        return rows;
    }

    /** Σ_a π²/β − 1. */
    private static double divergence(double[] policy, double[] behaviour) {
        double sum = -1;
        for (int action = 0; action < policy.length; action++) {
            sum += policy[action] * policy[action] / behaviour[action];
        }
        return sum;
    }

    /** The same over all joint actions, one by one. */
    private static double teamDivergence(double[][] policy, double[][] behaviour) {
        int actions = policy[0].length;
        double sum = -1;
        for (int joint = 0; joint < Math.pow(actions, policy.length); joint++) {
            double current = 1;
            double data = 1;
            int rest = joint;
            for (int agent = 0; agent < policy.length; agent++) {
                current *= policy[agent][rest % actions];
                data *= behaviour[agent][rest % actions];
                rest /= actions;
            }
            sum += current * current / data;
        }
        return sum;
    }

    private static double relativeEntropy(double[] policy, double[] behaviour) {
        double sum = 0;
        for (int action = 0; action < policy.length; action++) {
            sum += policy[action] * Math.log(policy[action] / behaviour[action]);
        }
        return sum;
    }

    private static int farthest(double... divergence) {
        int best = 0;
        for (int agent = 1; agent < divergence.length; agent++) {
            best = divergence[agent] > divergence[best] ? agent : best;
        }
        return best;
    }

    // The penalty as the learner computes it.

    /** With a mixer that only adds up, the agents' penalties are those of single agents. */
    @Property(tries = 20)
    void withASumForAMixerThePenaltyIsTheMeanOfTheAgentsOwn(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int agents) {
        try (Scene scene = new Scene(seed, agents, false, "cfcql", Map.of())) {
            Tensor values = scene.values();
            values.set_requires_grad(true);
            Mixer sum = scene.sum();
            Tensor chosen = scene.rows.chosen(values);
            Tensor penalty =
                    scene.penalty
                            .counterfactual(scene.rows, values, sum, null)
                            .sub(sum.mix(chosen));
            Tensor available = scene.rows.steps(scene.rows.available());
            Tensor allowed = values.masked_fill(available.logical_not(), new Scalar(-1e10));
            Tensor expected = allowed.logsumexp(2).sub(chosen).mean(1);
            assertEqual(penalty, expected, 1e-9);
            // Its gradient is λ(μ − data): the shift of the penalised backup.
            penalty.sum().backward();
            Tensor data = torch.one_hot(scene.rows.stepActions(), ACTIONS).to(values.scalar_type());
            Tensor slope = allowed.detach().softmax(2).sub(data).div(new Scalar((double) agents));
            assertEqual(values.grad(), slope, 1e-9);
        }
    }

    @Property(tries = 20)
    void rankOneCounterfactualsEqualMixingOneByOne(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int agents) {
        try (Scene scene = new Scene(seed, agents, false, "cfcql", Map.of())) {
            Tensor values = scene.values();
            Tensor chosen = scene.rows.chosen(values);
            Tensor found = scene.mixer().counterfactuals(values, chosen);
            for (int agent = 0; agent < agents; agent++) {
                for (int action = 0; action < ACTIONS; action++) {
                    Tensor replaced = chosen.clone();
                    replaced.select(1, agent).copy_(values.select(1, agent).select(1, action));
                    assertEqual(
                            found.select(1, agent).select(1, action),
                            scene.mixer().mix(replaced),
                            1e-10);
                }
            }
        }
    }

    /** One agent, every action once: CFCQL and both forms of MACQL are CQL's log-sum-exp. */
    @Property(tries = 20)
    void withOneAgentAndFullEnumerationAllPenaltiesAreTheSame(@ForAll long seed) {
        for (String sampling : new String[] {"code", "fixed"}) {
            Map<String, Object> keys = Map.of("macql.sampling", sampling, "macql.samples", ACTIONS);
            try (Scene joint = new Scene(seed, 1, true, "macql", keys);
                    Scene single = new Scene(seed, 1, true, "cfcql", Map.of())) {
                Tensor values = joint.values();
                Tensor perAction =
                        joint.mixer().mixSamples(values.select(1, 0).unsqueeze(2)).logsumexp(1);
                Tensor sampled = joint.penalty.joint(joint.rows, values, joint.mixer());
                assertEqual(sampled, perAction, 1e-10);
                Tensor counterfactual =
                        single.penalty.counterfactual(
                                single.rows, single.values(), single.mixer(), null);
                assertEqual(counterfactual, perAction, 1e-10);
            }
        }
    }

    private static void assertEqual(Tensor found, Tensor expected, double error) {
        assertThat(found.sub(expected).abs().max().item_double()).isLessThan(error);
    }

    /** Draws every action in turn: sample k is action k. */
    private static final class Enumeration implements Noise {
        @Override
        public Tensor normal(String name, long... shape) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public Tensor uniform(String name, long... shape) {
            // The k-th of A available actions is drawn from the middle of its share of [-1, 1).
            Tensor middle = index(shape).to(torch.ScalarType.Double).add(new Scalar(0.5));
            return middle.mul(new Scalar(2.0 / shape[0])).sub(new Scalar(1.0));
        }

        @Override
        public Tensor integers(String name, int bound, long... shape) {
            return index(shape);
        }

        private static Tensor index(long... shape) {
            long[] axis = new long[shape.length];
            Arrays.fill(axis, 1);
            axis[0] = shape[0];
            return torch.arange(new Scalar((int) shape[0])).view(axis).expand(shape).contiguous();
        }
    }

    /** Episodes, values and mixers of made-up numbers, and a penalty to try on them. */
    private static final class Scene implements AutoCloseable {
        private final PointerScope scope = new PointerScope();
        private final long seed;
        private final int agents;
        private final EpisodeRows rows;
        private final HarnessContext context;
        private final DiscretePenalty penalty;
        private final MixingNetwork network;

        Scene(long seed, int agents, boolean everything, String id, Map<String, Object> keys) {
            this.seed = seed;
            this.agents = agents;
            TaskShape task = MadeUpEpisodes.task(agents);
            EpisodeBatch batch = MadeUpEpisodes.batch(DOUBLE, task, BATCH, seed);
            if (everything) {
                batch.availableActions().fill_(new Scalar(1.0));
            }
            rows = new EpisodeRows(batch, TimeSlots.Layout.PACKED, ACTIONS, DOUBLE);
            Map<Role, Long> nothing = new EnumMap<>(Role.class);
            context =
                    new HarnessContext(
                            Compute.byLibTorch(DOUBLE),
                            new SeedTree(0),
                            new Enumeration(),
                            Probe.SILENT,
                            new BudgetLedger(new Budget(nothing)));
            Settings settings = new Settings(id, keys(keys));
            ConservativeTerm kind =
                    id.equals("macql") ? ConservativeTerm.JOINT : ConservativeTerm.COUNTERFACTUAL;
            penalty =
                    new DiscretePenalty(
                            DiscreteHyperparameters.read(task, settings, kind), context);
            network =
                    new MixingNetwork(
                            new Initialisation(
                                    Compute.byLibTorch(DOUBLE), new RandomStream(seed + 2)),
                            task.stateSize(),
                            agents,
                            8,
                            7);
        }

        private static Map<String, Object> keys(Map<String, Object> more) {
            Map<String, Object> keys = new TreeMap<>(more);
            keys.put("alpha", 1);
            return keys;
        }

        /** {@code [step, agent, action]}. */
        Tensor values() {
            Initialisation numbers =
                    new Initialisation(Compute.byLibTorch(DOUBLE), new RandomStream(seed + 1));
            return numbers.normal(2, rows.slots().steps(), agents, ACTIONS);
        }

        Mixer mixer() {
            return network.mixer(rows.steps(rows.state()));
        }

        /** Q_tot = Σ_i Q^i: far to the right the ELU is the identity. */
        Mixer sum() {
            long steps = rows.slots().steps();
            double far = 1000;
            Tensor bias = DOUBLE.ones(steps, 1).mul(new Scalar(far));
            return new Mixer(
                    DOUBLE.ones(steps, agents, 1), bias, DOUBLE.ones(steps, 1), bias.neg());
        }

        @Override
        public void close() {
            network.close();
            context.close();
            scope.close();
        }
    }
}
