package org.cfcql.nativecode;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The penalty by the C++ kernel: CPU, float32 or float64, one thread. See {@code critic_penalty.h}
 * for how it works; the order of every sum is fixed for one machine.
 */
public final class NativeCriticPenalty implements CriticPenalty {
    private static final String NAME = "penalty kernel";
    private static final int PARAMETERS = 8;

    private final Normalisation normalisation;

    /**
     * The kernel for one kind of critic.
     *
     * @throws IllegalStateException if the library is not there
     */
    public NativeCriticPenalty(Normalisation normalisation) {
        this.normalisation = normalisation;
        if (!NativeKernels.available()) {
            throw new IllegalStateException(NativeKernels.unavailableReason());
        }
    }

    @Override
    public Tensor addGradients(
            CriticPenaltyInputs inputs,
            TwinCriticTensors critic,
            double coefficient,
            TwinCriticTensors gradients) {
        Tensor lse = inputs.weights().new_empty(2, inputs.batch(), inputs.agents());
        run(inputs, critic, coefficient, lse, null, gradients);
        return lse;
    }

    @Override
    public Tensor correctedValues(CriticPenaltyInputs inputs, TwinCriticTensors critic) {
        Tensor corrected =
                inputs.sampled()
                        .new_empty(
                                2,
                                inputs.groups(),
                                inputs.batch(),
                                inputs.agents(),
                                inputs.samples());
        try (PointerScope scope = new PointerScope()) {
            Tensor lse = inputs.weights().new_empty(2, inputs.batch(), inputs.agents());
            run(inputs, critic, 0, lse, corrected, null);
        }
        return corrected;
    }

    private void run(
            CriticPenaltyInputs inputs,
            TwinCriticTensors critic,
            double coefficient,
            Tensor lse,
            Tensor corrected,
            TwinCriticTensors gradients) {
        int[] sizes = sizes(inputs, critic);
        double[] constants = {inputs.temperature(), NORM_EPSILON, coefficient};
        try (PointerScope scope = new PointerScope()) {
            KernelArguments arguments =
                    new KernelArguments(NAME, critic.weight1().scalar_type().intern());
            addInputs(arguments, inputs, sizes);
            addCritic(arguments, critic, sizes, false);
            arguments.output("lse", lse, 2L * sizes[0] * sizes[2]);
            if (corrected == null) {
                arguments.none(1);
            } else {
                arguments.output("corrected", corrected, corrected.numel());
            }
            if (gradients == null) {
                arguments.none(PARAMETERS);
            } else {
                addCritic(arguments, gradients, sizes, true);
            }
            NativeKernels.check(
                    NativeBindings.criticPenalty(
                            arguments.elementBytes(), sizes, constants, arguments.toArray()));
        }
    }

    private int[] sizes(CriticPenaltyInputs inputs, TwinCriticTensors critic) {
        if (inputs.sampled().dim() != 5 || inputs.state().dim() != 2) {
            throw new IllegalArgumentException(
                    "expected sampled [G, B, n, K, d] and state [B, S], found "
                            + inputs.sampled().dim()
                            + " and "
                            + inputs.state().dim()
                            + " axes");
        }
        return new int[] {
            inputs.batch(),
            inputs.groups(),
            inputs.agents(),
            inputs.samples(),
            inputs.actionSize(),
            inputs.stateSize(),
            critic.hidden(),
            inputs.densityPerSample() ? 1 : 0,
            // InputNormalisation of critic_penalty.h.
            switch (normalisation) {
                case NONE -> 0;
                case BATCH -> 1;
                case LAYER -> 2;
            }
        };
    }

    private static void addInputs(
            KernelArguments arguments, CriticPenaltyInputs inputs, int[] sizes) {
        long batch = sizes[0];
        long groups = sizes[1];
        long agents = sizes[2];
        long samples = sizes[3];
        long rows = groups * batch * agents * samples;
        arguments
                .input("state", inputs.state(), batch * sizes[5])
                .input("others", inputs.others(), rows / samples * sizes[4])
                .input("sampled", inputs.sampled(), rows * sizes[4])
                .input("logDensity", inputs.logDensity(), sizes[7] == 1 ? rows : groups)
                .input("weights", inputs.weights(), batch * agents);
    }

    private static void addCritic(
            KernelArguments arguments, TwinCriticTensors critic, int[] sizes, boolean written) {
        long joint = sizes[5] + (long) sizes[2] * sizes[4];
        long hidden = sizes[6];
        long[] elements = {
            joint,
            joint,
            2 * hidden * joint,
            2 * hidden,
            2 * hidden * hidden,
            2 * hidden,
            2 * hidden,
            2
        };
        List<Tensor> tensors = critic.all();
        for (int index = 0; index < PARAMETERS; index++) {
            if (written) {
                arguments.output("gradient " + index, tensors.get(index), elements[index]);
            } else {
                arguments.input("parameter " + index, tensors.get(index), elements[index]);
            }
        }
    }
}
