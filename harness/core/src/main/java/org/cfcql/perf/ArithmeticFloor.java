package org.cfcql.perf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;

/**
 * The time of the unavoidable arithmetic alone: every matrix product at its own shape with its
 * output preallocated, and the exponentials over one contiguous buffer.
 *
 * @param products matrix products
 * @param exponentials exponentials per update or round
 */
public record ArithmeticFloor(List<MatrixProduct> products, long exponentials) {
    private static final int REPETITIONS = 15;
    private static final TensorFactory TENSORS =
            new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);

    /** Copies the products. */
    public ArithmeticFloor {
        products = List.copyOf(products);
    }

    /** Floating-point operations of the products. */
    public double flops() {
        return products.stream().mapToDouble(MatrixProduct::flops).sum();
    }

    /** Sum of the median times in milliseconds, on the threads LibTorch was set up with. */
    public double measureMs(Clock time) {
        double totalMs = exponentials == 0 ? 0 : exponentialsMs(time);
        for (MatrixProduct product : products) {
            OrderlyEnd.safePlace();
            totalMs += product.repeats() * productMs(product, time);
        }
        return totalMs;
    }

    private static double productMs(MatrixProduct product, Clock time) {
        try (PointerScope scope = new PointerScope()) {
            Tensor left = operand(product.replicas(), product.rows(), product.inner());
            Tensor right = operand(product.replicas(), product.inner(), product.columns());
            Tensor out = torch.empty(product.replicas(), product.rows(), product.columns());
            return medianMs(time, () -> torch.bmm_out(out, left, right));
        }
    }

    private double exponentialsMs(Clock time) {
        try (PointerScope scope = new PointerScope()) {
            Tensor values = operand(exponentials);
            Tensor out = torch.empty(exponentials);
            return medianMs(time, () -> torch.exp_out(out, values));
        }
    }

    /** Numbers from 0 to 1; which ones does not matter, as long as they are ordinary. */
    private static Tensor operand(long... shape) {
        long size = 1;
        for (long length : shape) {
            size *= length;
        }
        float[] values = new float[Math.toIntExact(size)];
        new SeedTree(0).child("floor").stream().fillUniform(values, 0, 1);
        return TENSORS.of(values, shape);
    }

    private static double medianMs(Clock time, Runnable call) {
        call.run();
        List<Double> durations = new ArrayList<>();
        for (int index = 0; index < REPETITIONS; index++) {
            long startedNs = time.nanoTime();
            call.run();
            durations.add((time.nanoTime() - startedNs) / 1e6);
        }
        Collections.sort(durations);
        return durations.get(REPETITIONS / 2);
    }
}
