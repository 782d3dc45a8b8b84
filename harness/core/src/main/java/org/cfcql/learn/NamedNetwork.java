package org.cfcql.learn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * One network of a learner under the name and parameter names of the golden files: {@code actor0},
 * {@code critic}, ... The tensors are views that share memory with the learner's own (a slice of
 * the replica axis), so copying into them loads a checkpoint.
 *
 * @param name name of the network
 * @param tensors parameters and buffers by name, in a fixed order
 */
public record NamedNetwork(String name, Map<String, Tensor> tensors) {
    /** Name of what a learner counts beside its optimisers: checkpointed, never in golden files. */
    public static final String COUNTERS = "counters";

    /** Copies the map, keeping its order. */
    public NamedNetwork {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }
}
