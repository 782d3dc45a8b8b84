package org.cfcql.nativecode;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the loss of the discrete CFCQL is computed from, per step (Eq. 7 to 9; spec 1.4 to 1.6).
 *
 * @param values Q {@code [step, agent, action]}
 * @param chosen the data's actions {@code [step, agent]}, 64-bit integers
 * @param available {@code [step, agent, action]}, boolean
 * @param first mixer's first layer {@code [step, agent, E]}
 * @param firstBias {@code [step, E]}
 * @param second its second layer {@code [step, E]}
 * @param secondBias {@code [step, 1]}
 * @param behaviour logits of the behaviour model {@code [step, agent, action]}, or null if all
 *     agents weigh the same
 * @param target G {@code [step]}
 */
public record CounterfactualInputs(
        Tensor values,
        Tensor chosen,
        Tensor available,
        Tensor first,
        Tensor firstBias,
        Tensor second,
        Tensor secondBias,
        Tensor behaviour,
        Tensor target) {
    /** M. */
    public int steps() {
        return (int) values.size(0);
    }

    /** n. */
    public int agents() {
        return (int) values.size(1);
    }

    /** A. */
    public int actions() {
        return (int) values.size(2);
    }

    /** E. */
    public int embedding() {
        return (int) first.size(2);
    }

    /** Adds the arrays that every kernel of the discrete branch reads. */
    void addTo(KernelArguments arguments) {
        long agents = (long) steps() * agents();
        long embedding = (long) steps() * embedding();
        arguments
                .input("values", values, agents * actions())
                .input("chosen", chosen, agents, ScalarType.Long)
                .input("available", available, agents * actions(), ScalarType.Bool)
                .input("first", first, agents * embedding())
                .input("first_bias", firstBias, embedding)
                .input("second", second, embedding)
                .input("second_bias", secondBias, steps())
                .input("target", target, steps());
    }
}
