package org.cfcql.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.cfcql.nativecode.NativeKernels;
import org.junit.jupiter.api.Test;

/** Whether a compiled kernel may run. */
class ComputeTest {
    private static final ComputeDevice ACCELERATOR = ComputeDevice.parse("cuda:1");

    private static Compute on(ComputeDevice device, Kernels kernels) {
        return new Compute(device, Precision.FLOAT32, kernels);
    }

    @Test
    void kernelsRunOnTheProcessorWhereTheyAreWantedAndThere() {
        boolean there = NativeKernels.available();
        assertThat(on(ComputeDevice.CPU, Kernels.ON).runsKernels()).isEqualTo(there);
        assertThat(on(ACCELERATOR, Kernels.ON).onProcessor().runsKernels()).isEqualTo(there);
        assertThat(on(ComputeDevice.CPU, Kernels.OFF).runsKernels()).isFalse();
        assertThat(on(ACCELERATOR, Kernels.ON).runsKernels()).isFalse();
    }

    @Test
    void tensorsAreOfItsDeviceAndPrecision() {
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT64);
        assertThat(Compute.byLibTorch(tensors).tensors()).isEqualTo(tensors);
        assertThat(Compute.byLibTorch(tensors).runsKernels()).isFalse();
    }
}
