package org.cfcql.nativecode;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Addresses of the arrays of one kernel call, in the order of the kernel's header, checked one by
 * one: a kernel reads what it is told to read. To be used inside of a scope, which closes copies.
 */
final class KernelArguments {
    private final String kernel;
    private final ScalarType type;
    private long[] addresses = new long[32];
    private int count;

    /**
     * No arguments yet.
     *
     * @param kernel name for messages
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

    /** Bytes of a floating-point number. */
    int elementBytes() {
        return type == ScalarType.Float ? Float.BYTES : Double.BYTES;
    }

    /** An input; a view is copied. */
    KernelArguments input(String name, Tensor tensor, long elements) {
        return add(name, tensor, elements, type, false);
    }

    /** An input of another type. */
    KernelArguments input(String name, Tensor tensor, long elements, ScalarType other) {
        return add(name, tensor, elements, other, false);
    }

    /** An array that is written to. */
    KernelArguments output(String name, Tensor tensor, long elements) {
        return add(name, tensor, elements, type, true);
    }

    /** Arrays that are left out. */
    KernelArguments none(int arrays) {
        for (int index = 0; index < arrays; index++) {
            put(0);
        }
        return this;
    }

    long[] toArray() {
        return Arrays.copyOf(addresses, count);
    }

    private KernelArguments add(
            String name, Tensor tensor, long elements, ScalarType expected, boolean written) {
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
        if (written && !tensor.is_contiguous()) {
            throw new IllegalArgumentException(
                    "%s: expected a contiguous tensor for %s".formatted(kernel, name));
        }
        put(elements == 0 ? 0 : tensor.contiguous().data_ptr().address());
        return this;
    }

    private void put(long address) {
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * count);
        }
        addresses[count++] = address;
    }
}
