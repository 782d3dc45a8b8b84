package org.cfcql.nativecode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The arguments of one kernel call by the names of the kernel's header, checked one by one: a
 * kernel reads what it is told to read. Names and kinds are checked once more on the other side, in
 * {@code arguments.h}; the order does not matter. To be used inside of a scope, which closes
 * copies.
 */
final class KernelArguments {
    private final String kernel;
    private final ScalarType type;
    private final StringBuilder names = new StringBuilder(512);
    private long[] values = new long[40];
    private int count;

    /**
     * No arguments yet.
     *
     * @param kernel name in {@code kernel_list.h}
     * @param type precision of the floating-point arrays, float32 or float64
     */
    KernelArguments(String kernel, ScalarType type) {
        this.kernel = kernel;
        this.type = type;
        if (type != ScalarType.Float && type != ScalarType.Double) {
            throw new IllegalArgumentException(
                    kernel + ": expected float32 or float64, found " + type);
        }
    }

    /** A size or a choice. */
    KernelArguments size(String name, int value) {
        return put("size", name, value);
    }

    /** A choice between no and yes. */
    KernelArguments size(String name, boolean value) {
        return put("size", name, value ? 1 : 0);
    }

    /** A constant of the formulas. */
    KernelArguments constant(String name, double value) {
        return put("constant", name, Double.doubleToRawLongBits(value));
    }

    /** Whole numbers of which the kernel counts how many there are. */
    KernelArguments list(String name, long[] numbers) {
        for (long number : numbers) {
            put("list", name, number);
        }
        return this;
    }

    /** An input; a view is copied. */
    KernelArguments input(String name, Tensor tensor, long elements) {
        return input(name, tensor, elements, type);
    }

    /** An input of another type: 64-bit integers or booleans. */
    KernelArguments input(String name, Tensor tensor, long elements, ScalarType other) {
        require(name, tensor, elements, other);
        String kind =
                switch (other) {
                    case Long -> "integer";
                    case Bool -> "boolean";
                    default -> "real";
                };
        return put(kind, name, elements == 0 ? 0 : tensor.contiguous().data_ptr().address());
    }

    /** An array that is written to. */
    KernelArguments output(String name, Tensor tensor, long elements) {
        require(name, tensor, elements, type);
        if (!tensor.is_contiguous()) {
            throw new IllegalArgumentException(
                    "%s: expected a contiguous tensor for %s".formatted(kernel, name));
        }
        return put("result", name, elements == 0 ? 0 : tensor.data_ptr().address());
    }

    /** An array that is written to if it is asked for; null if not. */
    KernelArguments optional(String name, Tensor tensor, long elements) {
        return tensor == null ? this : output(name, tensor, elements);
    }

    /**
     * A parameter of a network, or where its gradient is added, whose name ends in {@code
     * _gradient}.
     */
    KernelArguments parameter(String name, Tensor tensor, long elements, boolean gradient) {
        return gradient
                ? output(name + "_gradient", tensor, elements)
                : input(name, tensor, elements);
    }

    /**
     * Runs the kernel.
     *
     * @throws IllegalStateException if the kernel refuses the arguments
     */
    void run() {
        int elementBytes = type == ScalarType.Float ? Float.BYTES : Double.BYTES;
        NativeKernels.check(
                NativeBindings.run_kernel(
                        ended(kernel), elementBytes, ended(names.toString()), values, count));
    }

    /** As C reads a string. */
    private static byte[] ended(String text) {
        return (text + '\0').getBytes(StandardCharsets.ISO_8859_1);
    }

    private void require(String name, Tensor tensor, long elements, ScalarType expected) {
        if (tensor.numel() != elements) {
            throw new IllegalArgumentException(
                    "%s: expected %d elements in %s, found %d"
                            .formatted(kernel, elements, name, tensor.numel()));
        }
        if (tensor.scalar_type().intern() != expected || !tensor.is_cpu()) {
            throw new IllegalArgumentException(
                    "%s: expected %s on the CPU for %s, found %s%s"
                            .formatted(
                                    kernel,
                                    expected,
                                    name,
                                    tensor.scalar_type(),
                                    tensor.is_cpu() ? "" : " on another device"));
        }
    }

    private KernelArguments put(String kind, String name, long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        if (count > 0) {
            names.append(' ');
        }
        names.append(kind).append(':').append(name);
        values[count++] = value;
        return this;
    }
}
