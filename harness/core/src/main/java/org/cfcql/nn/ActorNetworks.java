package org.cfcql.nn;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.tensor.OwnedTensors;

/**
 * Deterministic policies of n agents, not shared, as one network with a replica axis: input
 * normalisation, linear layers with ReLU, tanh as a rule (spec 2.1).
 */
public final class ActorNetworks implements AutoCloseable {
    /** Bound of the last layer's weights in MADDPG's policies. */
    public static final double SMALL_LAST_BOUND = 3e-3;

    /** What follows the last layer. */
    public enum Output {
        TANH,
        LINEAR
    }

    private final OwnedTensors owner = new OwnedTensors();
    private final Output output;
    private final Parameters parameters;
    private final InputNormalisation normalisation;
    private final InputNormalisation frozenNormalisation;
    private final MultilayerPerceptron layers;
    private final MultilayerPerceptron frozenLayers;
    private final Optional<KernelPerceptron> kernel;

    /**
     * Declares the networks.
     *
     * @param agents number of replicas
     * @param lastBound bound of the last layer's weights; biases keep the default
     * @param sizes observation, hidden and action widths
     */
    public ActorNetworks(
            Initialisation initial,
            InputNormalisation.Kind kind,
            int agents,
            double lastBound,
            int... sizes) {
        this(initial, kind, Output.TANH, agents, lastBound, sizes);
    }

    /** As above, with another output. */
    public ActorNetworks(
            Initialisation initial,
            InputNormalisation.Kind kind,
            Output output,
            int agents,
            double lastBound,
            int... sizes) {
        this.output = output;
        try (PointerScope scope = new PointerScope()) {
            parameters = new Parameters();
            normalisation = InputNormalisation.create(kind, parameters, initial, agents, sizes[0]);
            layers =
                    MultilayerPerceptron.createWithLastBound(
                            parameters, initial, lastBound, agents, sizes);
            frozenNormalisation = normalisation.frozen(parameters);
            frozenLayers = layers.frozen(parameters);
            kernel =
                    KernelPerceptron.create(
                            initial.compute(), kind, parameters, agents, parameters);
        }
    }

    /**
     * Actions {@code [batch, agent, action]} of observations {@code [batch, agent, observation]} by
     * LibTorch, differentiable: the oracle of the kernel.
     */
    public Tensor forward(Tensor observations, Statistics statistics) {
        return act(normalisation, layers, observations, statistics);
    }

    /** As {@link #forward}, by the kernel where it may be used. */
    public TrainingPass trainingPass(Tensor observations, Statistics statistics) {
        if (kernel.isEmpty() || !kernel.get().covers(observations, statistics)) {
            return TrainingPass.byLibTorch(forward(observations, statistics));
        }
        track(observations, statistics);
        TrainingPass pass = kernel.get().trainingPass(observations);
        return new TrainingPass(actions(pass.values()), pass.backward());
    }

    /** As {@link #forward}, without gradients for the parameters. */
    public Tensor frozenForward(Tensor observations, Statistics statistics) {
        if (kernel.isEmpty() || !kernel.get().covers(observations, statistics)) {
            return act(frozenNormalisation, frozenLayers, observations, statistics);
        }
        track(observations, statistics);
        return actions(kernel.get().values(observations));
    }

    private void track(Tensor observations, Statistics statistics) {
        if (statistics == Statistics.BATCH_AND_TRACK) {
            frozenNormalisation.track(observations);
        }
    }

    private Tensor act(
            InputNormalisation normalisation,
            MultilayerPerceptron layers,
            Tensor observations,
            Statistics statistics) {
        Tensor input = normalisation.forward(observations, statistics).transpose(0, 1);
        return actions(layers.forward(input));
    }

    /** Output {@code [agent, batch, action]} of the last layer to actions. */
    private Tensor actions(Tensor outputs) {
        Tensor last = outputs.transpose(0, 1);
        return output == Output.TANH ? last.tanh() : last;
    }

    /** Number of policies held. */
    public int agents() {
        return (int) parameters.leaves().get(0).size(0);
    }

    /** All tensors {@code [agent, ...]}. */
    public Parameters parameters() {
        return parameters;
    }

    /** Views of one agent's tensors, alive as long as this object. */
    public Map<String, Tensor> agent(int index) {
        return parameters.replica(index, "", owner);
    }

    @Override
    public void close() {
        owner.close();
        parameters.close();
    }
}
