package org.cfcql.baselines.maicq;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.TaskShape;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.Linear;
import org.cfcql.nn.MixingNetwork;
import org.cfcql.nn.Parameters;
import org.cfcql.tensor.OwnedTensors;

/**
 * QMIX's mixer with hypernetworks of a single layer, as MAICQ has it (spec 3.4); only the bias
 * behind the hidden layer has two.
 */
final class SingleLayerMixing implements AutoCloseable {
    private final OwnedTensors owner = new OwnedTensors();
    private final Parameters parameters = new Parameters();
    private final String name;
    private final int agents;
    private final int embedding;

    /** Fresh parameters; networks made with the same context are exact copies. */
    SingleLayerMixing(String name, TaskShape task, int embedding, LearnerContext context) {
        this.name = name;
        this.embedding = embedding;
        agents = task.agents();
        int state = task.stateSize();
        try (PointerScope scope = new PointerScope()) {
            Initialisation initial =
                    new Initialisation(
                            context.compute(), context.initialisation().child("mixer").stream());
            layer(initial, "hyper_w_1", state, agents * embedding);
            layer(initial, "hyper_w_final", state, embedding);
            layer(initial, "hyper_b_1", state, embedding);
            layer(initial, "V.0", state, embedding);
            layer(initial, "V.2", embedding, 1);
        }
    }

    private void layer(Initialisation initial, String layer, int input, int output) {
        Linear.create(parameters, layer, initial, 1, input, output);
    }

    /** The mixer of each state {@code [row, state]}. */
    MixingNetwork.Mixer mixer(Tensor state) {
        return mixer(parameters::leaf, state);
    }

    /** As {@link #mixer}, without gradients. */
    MixingNetwork.Mixer frozenMixer(Tensor state) {
        return mixer(parameters::data, state);
    }

    private MixingNetwork.Mixer mixer(Function<String, Tensor> source, Tensor state) {
        return new MixingNetwork.Mixer(
                linear(source, "hyper_w_1", state).abs().view(-1, agents, embedding),
                linear(source, "hyper_b_1", state),
                linear(source, "hyper_w_final", state).abs(),
                linear(source, "V.2", linear(source, "V.0", state).relu()));
    }

    private static Tensor linear(Function<String, Tensor> source, String layer, Tensor input) {
        return torch.linear(
                input,
                source.apply(layer + ".weight").select(0, 0),
                source.apply(layer + ".bias").select(0, 0));
    }

    /** All tensors, with a leading axis of length 1. */
    Parameters parameters() {
        return parameters;
    }

    /** The leaves, for optimisers. */
    List<Tensor> leaves() {
        return parameters.leaves();
    }

    /** The network under its golden name. */
    NamedNetwork named() {
        return new NamedNetwork(name, parameters.replica(0, "", owner));
    }

    /** Gradients by parameter name, in the caller's scope. */
    Map<String, Tensor> gradients() {
        return parameters.gradients(0, "");
    }

    @Override
    public void close() {
        owner.close();
        parameters.close();
    }
}
