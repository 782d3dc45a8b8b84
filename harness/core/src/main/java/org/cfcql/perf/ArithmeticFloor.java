package org.cfcql.perf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The time of the unavoidable arithmetic alone: every matrix product at its own shape with its
 * output preallocated, and the exponentials over one contiguous buffer.
 *
 * @param products matrix products
 * @param exponentials exponentials per update or round
 */
public record ArithmeticFloor(List<MatrixProduct> products, long exponentials) {
    private static final int REPETITIONS = 15;

    /** Copies the products. */
    public ArithmeticFloor {
        products = List.copyOf(products);
    }

    /** Floating-point operations of the products. */
    public double flops() {
        return products.stream().mapToDouble(MatrixProduct::flops).sum();
    }

    /** Sum of the median times in milliseconds, on the threads LibTorch was set up with. */
    public double measureMs() {
        double totalMs = exponentials == 0 ? 0 : exponentialsMs();
        for (MatrixProduct product : products) {
            totalMs += product.repeats() * productMs(product);
        }
        return totalMs;
    }

    private static double productMs(MatrixProduct product) {
        try (PointerScope scope = new PointerScope()) {
            Tensor left = torch.rand(product.replicas(), product.rows(), product.inner());
            Tensor right = torch.rand(product.replicas(), product.inner(), product.columns());
            Tensor out = torch.empty(product.replicas(), product.rows(), product.columns());
            return medianMs(() -> torch.bmm_out(out, left, right));
        }
    }

    private double exponentialsMs() {
        try (PointerScope scope = new PointerScope()) {
            Tensor values = torch.rand(exponentials);
            Tensor out = torch.empty(exponentials);
            return medianMs(() -> torch.exp_out(out, values));
        }
    }

    private static double medianMs(Runnable call) {
        call.run();
        List<Double> times = new ArrayList<>();
        for (int index = 0; index < REPETITIONS; index++) {
            long startedNs = System.nanoTime();
            call.run();
            times.add((System.nanoTime() - startedNs) / 1e6);
        }
        Collections.sort(times);
        return times.get(REPETITIONS / 2);
    }
}
