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
 * @param acting whether the learner's policy plays with it: these networks, and no others, are
 *     stored with a policy and read back
 */
public record NamedNetwork(String name, Map<String, Tensor> tensors, boolean acting) {
    /** Name of what a learner counts beside its optimisers: checkpointed, never in golden files. */
    public static final String COUNTERS = "counters";

    /** Copies the map, keeping its order. */
    public NamedNetwork {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** A network that training needs and the policy does not: a critic, a mixer, a target. */
    public NamedNetwork(String name, Map<String, Tensor> tensors) {
        this(name, tensors, false);
    }

    /** The same network, declared as one that the policy plays with. */
    public NamedNetwork forActing() {
        return new NamedNetwork(name, tensors, true);
    }
}
