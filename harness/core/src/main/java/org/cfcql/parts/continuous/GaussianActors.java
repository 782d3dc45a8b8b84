package org.cfcql.parts.continuous;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.ActorPolicy;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Policy;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.nn.ActorNetworks;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.Statistics;

/**
 * Gaussian policies of all agents: means by networks, one logarithm of the deviation per agent and
 * action component that does not depend on the observation (spec 3.7, 3.8). Evaluated greedily they
 * act by their means.
 *
 * @param means networks of the means
 * @param logDeviation log σ {@code [agent, action]}, a leaf, 0 at first
 * @param shape bounds of log σ and form of the networks
 */
public record GaussianActors(ActorNetworks means, Tensor logDeviation, Shape shape)
        implements AutoCloseable {
    /**
     * What an experiment may set.
     *
     * @param layers key {@code layers}: hidden layers, 2 as in the other algorithms (spec 2.1)
     * @param output key {@code actor.mean}: what follows the last layer of the means, tanh as in
     *     the other algorithms
     * @param lowest key {@code logStdMin}: least log σ, −20 (spec 3.7)
     * @param highest key {@code logStdMax}: largest log σ, 2 (spec 3.7)
     */
    public record Shape(int layers, ActorNetworks.Output output, double lowest, double highest) {
        /** Reads the bounds; two hidden layers and tanh. */
        public static Shape common(Settings settings) {
            return bounded(settings, 2, ActorNetworks.Output.TANH);
        }

        /** Reads all keys. */
        public static Shape free(Settings settings) {
            String mean = settings.choice("actor.mean", "tanh", "tanh", "linear");
            return bounded(
                    settings,
                    settings.count("layers", 2, 1, 100),
                    mean.equals("tanh") ? ActorNetworks.Output.TANH : ActorNetworks.Output.LINEAR);
        }

        private static Shape bounded(Settings settings, int layers, ActorNetworks.Output output) {
            double lowest = settings.number("logStdMin", -20, -100, 10);
            return new Shape(layers, output, lowest, settings.number("logStdMax", 2, lowest, 10));
        }
    }

    /** Fresh networks. */
    public static GaussianActors create(
            Initialisation initial,
            InputNormalisation.Kind kind,
            ContinuousTask task,
            int hidden,
            Shape shape) {
        int[] sizes = new int[shape.layers() + 2];
        Arrays.fill(sizes, hidden);
        sizes[0] = task.observation();
        sizes[sizes.length - 1] = task.action();
        // Squashed means start near 0, as MADDPG's policies do (spec 2.1); linear ones as
        // published.
        double lastBound =
                shape.output() == ActorNetworks.Output.TANH
                        ? ActorNetworks.SMALL_LAST_BOUND
                        : 1 / Math.sqrt(hidden);
        ActorNetworks means =
                new ActorNetworks(initial, kind, shape.output(), task.agents(), lastBound, sizes);
        try (PointerScope scope = new PointerScope()) {
            Tensor zeros = initial.constant(0, task.agents(), task.action());
            Tensor logDeviation = means.parameters().train("log_std", zeros);
            return new GaussianActors(means, logDeviation, shape);
        }
    }

    /** The leaves for an optimiser. */
    public List<Tensor> leaves() {
        return means.parameters().leaves();
    }

    /** σ {@code [agent, action]}. */
    public Tensor deviation() {
        return bounded().exp();
    }

    private Tensor bounded() {
        return logDeviation.clamp(
                new ScalarOptional(new Scalar(shape.lowest())),
                new ScalarOptional(new Scalar(shape.highest())));
    }

    /**
     * log N(a; μ, σ), summed over components, the action as it stands in the data.
     *
     * @param mean μ {@code [batch, agent, action]}
     * @param actions {@code [batch, agent, action]}
     * @return {@code [batch, agent]}
     */
    public Tensor logDensity(Tensor mean, Tensor actions) {
        Tensor log = bounded();
        Tensor standard = actions.sub(mean).div(log.exp());
        double constant = -0.5 * Math.log(2 * Math.PI);
        return standard.square().mul(new Scalar(-0.5)).sub(log).add(new Scalar(constant)).sum(2);
    }

    /**
     * clip(μ + σ·ε, ±1), without gradient.
     *
     * @param mean μ {@code [batch, agent, action]}
     * @param draws ε of the same shape
     */
    public Tensor sample(Tensor mean, Tensor draws) {
        Tensor deviation = deviation().detach();
        return mean.detach()
                .add(draws.mul(deviation))
                .clamp(new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(new Scalar(1.0)));
    }

    /** μ {@code [batch, agent, action]} without gradients, by the call's own statistics. */
    public Tensor frozenMeans(Tensor observations) {
        return means.frozenForward(observations, Statistics.BATCH);
    }

    /** Tells the probe the gradients of each agent's network. */
    public void report(Probe probe) {
        Actors.report(probe, means, 0);
    }

    /** Networks by the golden files' names. */
    public List<NamedNetwork> named() {
        return Actors.acting(means, 0);
    }

    /** Acts by the means. */
    public Policy policy(LearnerContext context, ContinuousTask task) {
        return new ActorPolicy(means, context.tensors(), task.agents(), task.observation());
    }

    @Override
    public void close() {
        means.close();
    }
}
