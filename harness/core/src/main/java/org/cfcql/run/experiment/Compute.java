package org.cfcql.run.experiment;

import org.cfcql.nativecode.NativeKernels;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;

/**
 * What computes the cells of an experiment.
 *
 * @param deviceName device of training, as the experiment writes it: {@code cpu} or {@code cuda:N}
 * @param precision floating-point precision of training
 * @param kernels whether the compiled kernels may be used
 */
public record Compute(String deviceName, Precision precision, Kernels kernels) {
    /** The device of training. */
    public ComputeDevice device() {
        return ComputeDevice.parse(deviceName);
    }

    /** Where tensors are made. */
    public TensorFactory tensors() {
        return new TensorFactory(device(), precision);
    }

    /** Whether the compiled kernels are wanted and can be used by this process. */
    public boolean usesKernels() {
        return kernels == Kernels.ON && NativeKernels.available();
    }

    /** The same on the processor. */
    public Compute onProcessor() {
        return new Compute(ComputeDevice.CPU.toString(), precision, kernels);
    }
}
