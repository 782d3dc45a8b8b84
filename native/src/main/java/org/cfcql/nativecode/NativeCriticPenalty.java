package org.cfcql.nativecode;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The penalty by the C++ kernel: CPU, float32 or float64, one thread. See {@code critic_penalty.h}
 * for how it works; the order of every sum is fixed for one machine.
 */
public final class NativeCriticPenalty implements CriticPenalty {
    private static final int ARRAYS = 23;
    private static final int LSE = 13;
    private static final int CORRECTED = 14;
    private static final int GRADIENTS = 15;

    /**
     * The kernel.
     *
     * @throws IllegalStateException if the library is not there
     */
    public NativeCriticPenalty() {
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

    private static void run(
            CriticPenaltyInputs inputs,
            TwinCriticTensors critic,
            double coefficient,
            Tensor lse,
            Tensor corrected,
            TwinCriticTensors gradients) {
        ScalarType type = critic.weight1().scalar_type().intern();
        int[] sizes = sizes(inputs, critic);
        double[] constants = {inputs.temperature(), NORM_EPSILON, coefficient};
        try (PointerScope scope = new PointerScope()) {
            long[] arrays = new long[ARRAYS];
            fillInputs(arrays, inputs, sizes, type);
            fillCritic(arrays, 5, critic, sizes, type, false);
            arrays[LSE] = lse.data_ptr().address();
            arrays[CORRECTED] = corrected == null ? 0 : corrected.data_ptr().address();
            if (gradients != null) {
                fillCritic(arrays, GRADIENTS, gradients, sizes, type, true);
            }
            NativeKernels.check(
                    NativeBindings.critic_penalty(elementBytes(type), sizes, constants, arrays));
        }
    }

    private static int elementBytes(ScalarType type) {
        return switch (type) {
            case Float -> Float.BYTES;
            case Double -> Double.BYTES;
            default ->
                    throw new IllegalArgumentException(
                            "the penalty kernel expects float32 or float64, found " + type);
        };
    }

    private static int[] sizes(CriticPenaltyInputs inputs, TwinCriticTensors critic) {
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
            inputs.densityPerSample() ? 1 : 0
        };
    }

    private static void fillInputs(
            long[] arrays, CriticPenaltyInputs inputs, int[] sizes, ScalarType type) {
        long batch = sizes[0];
        long groups = sizes[1];
        long agents = sizes[2];
        long samples = sizes[3];
        long rows = groups * batch * agents * samples;
        arrays[0] = address("state", inputs.state(), batch * sizes[5], type, false);
        arrays[1] = address("others", inputs.others(), rows / samples * sizes[4], type, false);
        arrays[2] = address("sampled", inputs.sampled(), rows * sizes[4], type, false);
        arrays[3] =
                address(
                        "logDensity",
                        inputs.logDensity(),
                        sizes[7] == 1 ? rows : groups,
                        type,
                        false);
        arrays[4] = address("weights", inputs.weights(), batch * agents, type, false);
    }

    private static void fillCritic(
            long[] arrays,
            int first,
            TwinCriticTensors critic,
            int[] sizes,
            ScalarType type,
            boolean written) {
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
        for (int index = 0; index < elements.length; index++) {
            String name = (written ? "gradient " : "parameter ") + index;
            arrays[first + index] =
                    address(name, tensors.get(index), elements[index], type, written);
        }
    }

    /** Address of the elements in row-major order; a view is copied unless it is written to. */
    private static long address(
            String name, Tensor tensor, long elements, ScalarType type, boolean written) {
        if (tensor.numel() != elements) {
            throw new IllegalArgumentException(
                    "penalty kernel: expected "
                            + elements
                            + " elements in "
                            + name
                            + ", found "
                            + tensor.numel());
        }
        if (tensor.scalar_type().intern() != type || !tensor.is_cpu()) {
            throw new IllegalArgumentException(
                    "penalty kernel: expected "
                            + type
                            + " on the CPU for "
                            + name
                            + ", found "
                            + tensor.scalar_type()
                            + (tensor.is_cpu() ? "" : " on another device"));
        }
        if (elements == 0) {
            return 0;
        }
        if (tensor.is_contiguous()) {
            return tensor.data_ptr().address();
        }
        if (written) {
            throw new IllegalArgumentException(
                    "penalty kernel: expected a contiguous tensor for " + name);
        }
        return tensor.contiguous().data_ptr().address();
    }
}
