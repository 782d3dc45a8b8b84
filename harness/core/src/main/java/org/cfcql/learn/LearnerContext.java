package org.cfcql.learn;

import java.util.List;
import java.util.function.LongConsumer;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.budget.Role;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.TensorFactory;

/** What the harness hands to a learner: device, randomness, optimisers. */
public interface LearnerContext {
    /** What the learner computes with. */
    Compute compute();

    /** Makes tensors of the learner's device and precision. */
    default TensorFactory tensors() {
        return compute().tensors();
    }

    /** Seeds of parameter initialisation. */
    SeedTree initialisation();

    /** Draws of the updates. */
    Noise noise();

    /** Listener of intermediate values. */
    Probe probe();

    /**
     * Adam over parameters, metered: each step charges one unit of {@code role}.
     *
     * @param name unique within the learner; names its state in checkpoints
     * @param role what the steps are charged to
     * @param parameters leaf tensors that require gradients
     * @param settings learning rate and the rest
     */
    default Optimiser adam(String name, Role role, List<Tensor> parameters, AdamSettings settings) {
        return adam(name, role, parameters, List.of(), settings);
    }

    /**
     * As above for two groups of leaves.
     *
     * @param parameters those that weight decay holds for
     * @param undecayed those that are never decayed: biases, embeddings, normalisations
     */
    Optimiser adam(
            String name,
            Role role,
            List<Tensor> parameters,
            List<Tensor> undecayed,
            AdamSettings settings);

    /**
     * For steps that a process of somebody else takes: what it declares is charged to a role as an
     * optimiser's steps are, and shown as declared.
     *
     * @return takes the number of steps
     */
    LongConsumer declaredSteps(Role role);

    /**
     * RMSprop over parameters, metered as {@link #adam}.
     *
     * @param name unique within the learner; names its state in checkpoints
     */
    Optimiser rmsProp(String name, Role role, List<Tensor> parameters, RmsPropSettings settings);
}
