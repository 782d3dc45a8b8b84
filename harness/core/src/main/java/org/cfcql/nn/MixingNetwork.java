package org.cfcql.nn;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.tensor.OwnedTensors;

/**
 * QMIX's mixer with two-layer hypernetworks (spec 1.3): the joint value is monotone in every
 * agent's value, with weights made from the state.
 */
public final class MixingNetwork implements AutoCloseable {
    private final OwnedTensors owner = new OwnedTensors();
    private final Parameters parameters = new Parameters();
    private final int agents;
    private final int embedding;

    /**
     * Declares the network with PyTorch's default initialisation.
     *
     * @param state width of the state S
     * @param agents number of agents n
     * @param embedding width of the mixer's hidden layer E
     * @param hypernet width of the hypernetworks' hidden layers
     */
    public MixingNetwork(
            Initialisation initial, int state, int agents, int embedding, int hypernet) {
        this.agents = agents;
        this.embedding = embedding;
        try (PointerScope scope = new PointerScope()) {
            layer(initial, "hyper_w1.0", state, hypernet);
            layer(initial, "hyper_w1.2", hypernet, agents * embedding);
            layer(initial, "hyper_b1.0", state, embedding);
            layer(initial, "hyper_w2.0", state, hypernet);
            layer(initial, "hyper_w2.2", hypernet, embedding);
            layer(initial, "hyper_b2.0", state, embedding);
            layer(initial, "hyper_b2.2", embedding, 1);
        }
    }

    private void layer(Initialisation initial, String name, int input, int output) {
        Linear.create(parameters, name, initial, 1, input, output);
    }

    /**
     * The mixer of each state.
     *
     * @param state {@code [row, state]}
     */
    public Mixer mixer(Tensor state) {
        return mixer(parameters::leaf, state);
    }

    /** As {@link #mixer}, without gradients. */
    public Mixer frozenMixer(Tensor state) {
        return mixer(parameters::data, state);
    }

    private Mixer mixer(Function<String, Tensor> source, Tensor state) {
        Tensor first = twoLayers(source, "hyper_w1", state).abs().view(-1, agents, embedding);
        Tensor firstBias = linear(source, "hyper_b1.0", state);
        Tensor second = twoLayers(source, "hyper_w2", state).abs();
        Tensor secondBias = twoLayers(source, "hyper_b2", state);
        return new Mixer(first, firstBias, second, secondBias);
    }

    private static Tensor twoLayers(Function<String, Tensor> source, String name, Tensor state) {
        return linear(source, name + ".2", linear(source, name + ".0", state).relu());
    }

    private static Tensor linear(Function<String, Tensor> source, String name, Tensor input) {
        return torch.linear(
                input,
                source.apply(name + ".weight").select(0, 0),
                source.apply(name + ".bias").select(0, 0));
    }

    /**
     * Weights of the mixer, one set per row.
     *
     * @param first {@code [row, agent, E]}, not negative
     * @param firstBias {@code [row, E]}
     * @param second {@code [row, E]}, not negative
     * @param secondBias {@code [row, 1]}
     */
    public record Mixer(Tensor first, Tensor firstBias, Tensor second, Tensor secondBias) {
        /** Joint values {@code [row]} of agents' values {@code [row, agent]}. */
        public Tensor mix(Tensor values) {
            return mixSamples(values.unsqueeze(1)).select(1, 0);
        }

        /** Joint values {@code [row, sample]} of agents' values {@code [row, sample, agent]}. */
        public Tensor mixSamples(Tensor values) {
            return combine(torch.bmm(values, first).add(firstBias.unsqueeze(1)));
        }

        /**
         * Joint values if one agent chose another action: a rank-one change of the hidden layer
         * instead of another call of the mixer (the values inside Eq. 7; spec 1.5).
         *
         * @param values Q^i(j) {@code [row, agent, action]}
         * @param chosen Q^i(a^i) {@code [row, agent]}
         * @return Q_tot^(i,j) {@code [row, agent, action]}
         */
        public Tensor counterfactuals(Tensor values, Tensor chosen) {
            Tensor common = torch.bmm(chosen.unsqueeze(1), first).add(firstBias.unsqueeze(1));
            Tensor change = values.sub(chosen.unsqueeze(2)).unsqueeze(3).mul(first.unsqueeze(2));
            Tensor hidden = change.add(common.unsqueeze(1));
            long rows = values.size(0);
            Tensor flat = combine(hidden.view(rows, -1, first.size(2)));
            return flat.view(rows, values.size(1), values.size(2));
        }

        /** ELU(hidden)·w2 + b2 of {@code [row, sample, E]}. */
        private Tensor combine(Tensor hidden) {
            return torch.bmm(torch.elu(hidden), second.unsqueeze(2)).select(2, 0).add(secondBias);
        }
    }

    /** All tensors, with a leading axis of length 1. */
    public Parameters parameters() {
        return parameters;
    }

    /** The leaves, for optimisers. */
    public List<Tensor> leaves() {
        return parameters.leaves();
    }

    /** Views by the golden files' names, alive as long as this object. */
    public Map<String, Tensor> named() {
        return parameters.replica(0, "", owner);
    }

    /** Gradients by the same names, in the caller's scope. */
    public Map<String, Tensor> gradients() {
        return parameters.gradients(0, "");
    }

    @Override
    public void close() {
        owner.close();
        parameters.close();
    }
}
