package org.cfcql.tensor;

import org.cfcql.nativecode.NativeKernels;

/**
 * What computes: where, how precisely, and by whose code. Whether a compiled kernel may run is
 * decided here and nowhere else; what a kernel covers is known to the network or loss that has one.
 *
 * @param device where tensors live
 * @param precision their floating-point precision
 * @param kernels whether the compiled kernels are wanted
 */
public record Compute(ComputeDevice device, Precision precision, Kernels kernels) {
    /** LibTorch's own operations where a factory makes its tensors. */
    public static Compute byLibTorch(TensorFactory tensors) {
        return new Compute(tensors.device(), tensors.precision(), Kernels.OFF);
    }

    /** Whether kernels run: they are wanted, the device is the processor, the library is there. */
    public boolean runsKernels() {
        return kernels == Kernels.ON
                && device.kind() == ComputeDevice.Kind.CPU
                && NativeKernels.available();
    }

    /** Makes tensors of this device and precision. */
    public TensorFactory tensors() {
        return new TensorFactory(device, precision);
    }

    /** The same on the processor. */
    public Compute onProcessor() {
        return new Compute(ComputeDevice.CPU, precision, kernels);
    }
}
