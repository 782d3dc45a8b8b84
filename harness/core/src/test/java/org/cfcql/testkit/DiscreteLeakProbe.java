package org.cfcql.testkit;

import java.util.Arrays;
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
 * Program of leak gates: updates a small learner of the discrete branch on batches of ever new
 * lengths.
 *
 * <p>Arguments: an algorithm id, {@code kernels} or {@code autograd}, then settings as {@code
 * key=value}.
 */
public final class DiscreteLeakProbe {
    private static final DiscreteSizes TASK = new DiscreteSizes("small", 2, 3, 4, 5, 6, 3, 8);

    private DiscreteLeakProbe() {}

    /** The program. */
    public static void main(String[] arguments) {
        LibTorchRuntime.initialise(1);
        boolean kernels = arguments[1].equals("kernels") && NativeKernels.available();
        Map<String, Object> keys = new TreeMap<>();
        keys.put(arguments[0].equals("madtkd") ? "width" : "hidden", 8);
        for (String argument : Arrays.copyOfRange(arguments, 2, arguments.length)) {
            String[] parts = argument.split("=");
            keys.put(parts[0], value(parts[1]));
        }
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

    private static Object value(String text) {
        if (text.equals("true")) {
            return true;
        }
        return text.matches("[0-9.]+") ? (Object) Double.valueOf(text) : text;
    }
}
