package org.cfcql.nn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.tensor.OwnedTensors;

/**
 * The named tensors of a network, in the order they were declared.
 *
 * <p>Each has shape {@code [replica, ...]}. A trained tensor is a leaf that requires gradients; its
 * {@link #data} shares the memory and has no history, so that optimisers, copies and checkpoints
 * write through it. Buffers (running statistics) require none.
 */
public final class Parameters implements AutoCloseable {
    private final OwnedTensors owner = new OwnedTensors();
    private final Map<String, Tensor> trained = new LinkedHashMap<>();
    private final Map<String, Tensor> data = new LinkedHashMap<>();

    /** Declares a trained tensor and returns the leaf. */
    public Tensor train(String name, Tensor initial) {
        Tensor plain = owner.own(initial);
        Tensor leaf = owner.own(initial.detach());
        leaf.set_requires_grad(true);
        data.put(name, plain);
        trained.put(name, leaf);
        return leaf;
    }

    /** Declares a tensor without gradient and returns it. */
    public Tensor buffer(String name, Tensor initial) {
        Tensor plain = owner.own(initial);
        data.put(name, plain);
        return plain;
    }

    /** The leaves, for optimisers. */
    public List<Tensor> leaves() {
        return List.copyOf(trained.values());
    }

    /** Names of the leaves. */
    public Collection<String> trainedNames() {
        return List.copyOf(trained.keySet());
    }

    /** A trained leaf by name. */
    public Tensor leaf(String name) {
        return trained.get(name);
    }

    /** A parameter or buffer by name, without history. */
    public Tensor data(String name) {
        return data.get(name);
    }

    /** The gradient of a leaf, to be added to in place; zeros if it has none yet. */
    public Tensor gradient(String name) {
        Tensor leaf = trained.get(name);
        Tensor gradient = leaf.mutable_grad();
        if (!gradient.defined()) {
            gradient.put(torch.zeros_like(data.get(name)));
        }
        return gradient;
    }

    /** Names of parameters and buffers. */
    public List<String> names() {
        return new ArrayList<>(data.keySet());
    }

    /**
     * Views {@code [...]} of one replica, sharing memory.
     *
     * @param prefix put before each name
     * @param owner keeps the views alive
     */
    public Map<String, Tensor> replica(int replica, String prefix, OwnedTensors owner) {
        Map<String, Tensor> views = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope()) {
            data.forEach(
                    (name, tensor) ->
                            views.put(prefix + name, owner.own(tensor.select(0, replica))));
        }
        return views;
    }

    /** Gradients {@code [...]} of one replica's trained tensors, in the caller's scope. */
    public Map<String, Tensor> gradients(int replica, String prefix) {
        Map<String, Tensor> views = new LinkedHashMap<>();
        trained.forEach(
                (name, leaf) -> {
                    Tensor gradient = leaf.grad();
                    if (gradient.defined()) {
                        views.put(prefix + name, gradient.select(0, replica));
                    }
                });
        return views;
    }

    /** Copies all values of another set with the same names and shapes. */
    public void copyFrom(Parameters other) {
        try (PointerScope scope = new PointerScope()) {
            data.forEach((name, tensor) -> tensor.copy_(other.data.get(name)));
        }
    }

    @Override
    public void close() {
        owner.close();
    }
}
