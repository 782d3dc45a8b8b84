package org.cfcql.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.tensor.OwnedTensors;

/**
 * Two value heads over one input: a shared input normalisation, then independent linear layers with
 * ReLU, as one network with a replica axis of two (spec 2.1).
 */
public final class TwinCritic implements AutoCloseable {
    private static final int HEADS = 2;

    private final OwnedTensors owner = new OwnedTensors();
    private final Parameters shared;
    private final Parameters heads;
    private final InputNormalisation normalisation;
    private final InputNormalisation frozenNormalisation;
    private final MultilayerPerceptron layers;
    private final MultilayerPerceptron frozenLayers;
    private final Optional<KernelPerceptron> kernel;

    /**
     * Declares the network.
     *
     * @param sizes input and hidden widths; the output is one value
     */
    public TwinCritic(Initialisation initial, InputNormalisation.Kind kind, int... sizes) {
        try (PointerScope scope = new PointerScope()) {
            int[] all = Arrays.copyOf(sizes, sizes.length + 1);
            all[sizes.length] = 1;
            shared = new Parameters();
            heads = new Parameters();
            normalisation = InputNormalisation.create(kind, shared, initial, 1, sizes[0]);
            layers = MultilayerPerceptron.create(heads, initial, HEADS, all);
            frozenNormalisation = normalisation.frozen(shared);
            frozenLayers = layers.frozen(heads);
            kernel = KernelPerceptron.create(initial.compute(), kind, shared, 1, heads);
        }
    }

    /**
     * Values {@code [head, batch]} of rows {@code [batch, input]}, by the call's own statistics and
     * by LibTorch, differentiable: the oracle of the kernel.
     */
    public Tensor forward(Tensor rows) {
        return evaluate(normalisation, layers, rows);
    }

    /** As {@link #forward}, by the kernel where it may be used. */
    public TrainingPass trainingPass(Tensor rows) {
        Tensor input = rows.unsqueeze(1);
        if (kernel.isEmpty() || !kernel.get().covers(input, Statistics.BATCH)) {
            return TrainingPass.byLibTorch(forward(rows));
        }
        TrainingPass pass = kernel.get().trainingPass(input);
        return new TrainingPass(pass.values().select(2, 0), pass.backward());
    }

    /** As {@link #forward}, without gradients for the parameters. */
    public Tensor frozenForward(Tensor rows) {
        Tensor input = rows.unsqueeze(1);
        return kernel.filter(covering -> covering.covers(input, Statistics.BATCH))
                .map(covering -> covering.values(input).select(2, 0))
                .orElseGet(() -> evaluate(frozenNormalisation, frozenLayers, rows));
    }

    /** The first head {@code [batch]} only, without gradients for the parameters. */
    public Tensor frozenFirst(Tensor rows) {
        return evaluate(frozenNormalisation, frozenLayers.replica(0), rows).select(0, 0);
    }

    private static Tensor evaluate(
            InputNormalisation normalisation, MultilayerPerceptron layers, Tensor rows) {
        // Nobody ever reads a critic's running statistics (spec 2.1).
        Tensor input = normalisation.forward(rows.unsqueeze(1), Statistics.BATCH).select(1, 0);
        return layers.forwardShared(input).select(2, 0);
    }

    /** Tensors of the input normalisation, {@code [1, input]}. */
    public Parameters shared() {
        return shared;
    }

    /** Tensors of the layers, {@code [head, ...]}. */
    public Parameters heads() {
        return heads;
    }

    /** All leaves: the shared normalisation's, then the heads'. */
    public List<Tensor> leaves() {
        List<Tensor> leaves = new ArrayList<>(shared.leaves());
        leaves.addAll(heads.leaves());
        return leaves;
    }

    /** Copies all values of another critic of the same shape. */
    public void copyFrom(TwinCritic other) {
        shared.copyFrom(other.shared);
        heads.copyFrom(other.heads);
    }

    /** Moves this critic towards another one. */
    public void follow(TwinCritic online, SoftUpdate update) {
        update.apply(shared, online.shared);
        update.apply(heads, online.heads);
    }

    /**
     * Views by the golden files' names ({@code bn.weight}, {@code q1.l1.weight}), alive as long.
     */
    public Map<String, Tensor> named() {
        Map<String, Tensor> views = new LinkedHashMap<>(shared.replica(0, "", owner));
        for (int head = 0; head < HEADS; head++) {
            views.putAll(heads.replica(head, "q" + (head + 1) + ".", owner));
        }
        return views;
    }

    /** Gradients by the same names, in the caller's scope. */
    public Map<String, Tensor> gradients() {
        Map<String, Tensor> gradients = new LinkedHashMap<>(shared.gradients(0, ""));
        for (int head = 0; head < HEADS; head++) {
            gradients.putAll(heads.gradients(head, "q" + (head + 1) + "."));
        }
        return gradients;
    }

    @Override
    public void close() {
        owner.close();
        shared.close();
        heads.close();
    }
}
