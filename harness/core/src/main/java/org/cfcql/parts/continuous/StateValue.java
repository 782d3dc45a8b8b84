package org.cfcql.parts.continuous;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Probe;
import org.cfcql.nn.Initialisation;
import org.cfcql.nn.InputNormalisation;
import org.cfcql.nn.KernelPerceptron;
import org.cfcql.nn.MultilayerPerceptron;
import org.cfcql.nn.Parameters;
import org.cfcql.nn.Statistics;
import org.cfcql.nn.TrainingPass;
import org.cfcql.tensor.OwnedTensors;

/** Value V(s) of a state: input normalisation, then linear layers with ReLU. */
public final class StateValue implements AutoCloseable {
    private static final String NAME = "value";

    private final OwnedTensors owner = new OwnedTensors();
    private final Parameters parameters;
    private final InputNormalisation normalisation;
    private final InputNormalisation frozenNormalisation;
    private final MultilayerPerceptron layers;
    private final MultilayerPerceptron frozenLayers;
    private final Optional<KernelPerceptron> kernel;

    /** Fresh parameters; two hidden layers. */
    public StateValue(Initialisation initial, InputNormalisation.Kind kind, int state, int hidden) {
        try (PointerScope scope = new PointerScope()) {
            parameters = new Parameters();
            normalisation = InputNormalisation.create(kind, parameters, initial, 1, state);
            layers = MultilayerPerceptron.create(parameters, initial, 1, state, hidden, hidden, 1);
            frozenNormalisation = normalisation.frozen(parameters);
            frozenLayers = layers.frozen(parameters);
            kernel = KernelPerceptron.create(initial.compute(), kind, parameters, 1, parameters);
        }
    }

    /** {@code [batch]} of {@code [batch, state]}, by the call's own statistics. */
    public TrainingPass trainingPass(Tensor states) {
        Tensor input = states.unsqueeze(1);
        if (kernel.isEmpty() || !kernel.get().covers(input, Statistics.BATCH)) {
            return TrainingPass.byLibTorch(evaluate(normalisation, layers, input));
        }
        TrainingPass pass = kernel.get().trainingPass(input);
        return new TrainingPass(single(pass.values()), pass.backward());
    }

    /** As {@link #trainingPass}, without gradients for the parameters. */
    public Tensor frozenForward(Tensor states) {
        Tensor input = states.unsqueeze(1);
        return kernel.filter(covering -> covering.covers(input, Statistics.BATCH))
                .map(covering -> single(covering.values(input)))
                .orElseGet(() -> evaluate(frozenNormalisation, frozenLayers, input));
    }

    private static Tensor evaluate(
            InputNormalisation normalisation, MultilayerPerceptron layers, Tensor input) {
        Tensor normalised = normalisation.forward(input, Statistics.BATCH);
        return single(layers.forward(normalised.transpose(0, 1)));
    }

    /** The one value of the one replica. */
    private static Tensor single(Tensor values) {
        return values.select(0, 0).select(1, 0);
    }

    /** The leaves for an optimiser. */
    public List<Tensor> leaves() {
        return parameters.leaves();
    }

    /** Tells the probe the gradients. */
    public void report(Probe probe) {
        if (probe.listening()) {
            probe.gradients(NAME, parameters.gradients(0, ""));
        }
    }

    /** By the golden files' names. */
    public NamedNetwork named() {
        Map<String, Tensor> views = parameters.replica(0, "", owner);
        return new NamedNetwork(NAME, views);
    }

    @Override
    public void close() {
        owner.close();
        parameters.close();
    }
}
