package org.cfcql.counterfactual;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.nativecode.NativeKernels;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.Clock;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.PerfCase;
import org.cfcql.perf.PerfRunner;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testing.LeakGate;

/**
 * Program of {@link LeakGateTest}: updates a small learner of the discrete branch on batches of
 * ever new lengths.
 *
 * <p>Arguments: an algorithm id, and {@code kernels} or {@code autograd}.
 */
final class DiscreteLeakProbe {
    private static final DiscreteSizes TASK = new DiscreteSizes("small", 2, 3, 4, 5, 6, 3, 8);

    private DiscreteLeakProbe() {}

    public static void main(String[] arguments) {
        LibTorchRuntime.initialise(1);
        boolean kernels = arguments[1].equals("kernels") && NativeKernels.available();
        Map<String, Object> keys = new TreeMap<>(Map.of("hidden", 8));
        if (List.of("cfcql", "macql").contains(arguments[0])) {
            keys.put("alpha", 1.0);
        }
        PerfCase small =
                new PerfCase("small", arguments[0], TASK, keys, new ArithmeticFloor(List.of(), 0));
        TensorFactory tensors = new TensorFactory(ComputeDevice.CPU, Precision.FLOAT32);
        try (PerfRunner runner = new PerfRunner(small, tensors, kernels, Clock.WALL)) {
            for (int update = 1; update <= LeakGate.LATE; update++) {
                runner.round();
                if (update == LeakGate.EARLY || update == LeakGate.LATE) {
                    LeakGate.print();
                }
            }
        }
    }
}
