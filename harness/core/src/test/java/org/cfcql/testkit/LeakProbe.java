package org.cfcql.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.Settings;
import org.cfcql.learn.Track;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.Clock;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.PerfCase;
import org.cfcql.perf.PerfRunner;
import org.cfcql.perf.TaskSizes;
import org.cfcql.tensor.Compute;
import org.cfcql.tensor.ComputeDevice;
import org.cfcql.tensor.Kernels;
import org.cfcql.tensor.Precision;
import org.cfcql.tensor.TensorFactory;
import org.cfcql.testing.LeakGate;

/**
 * Program of leak gates: updates a small learner in whole rounds of its schedule; of the discrete
 * branch on batches of ever new lengths.
 *
 * <p>Arguments: {@code continuous} or {@code discrete}, an algorithm id, {@code kernels} or {@code
 * autograd}, then settings as {@code key=value}. The key {@code leaves} is none of the learner:
 * {@code tensor} leaves one tensor per round behind, {@code native} a byte of which Java knows
 * nothing.
 */
public final class LeakProbe {
    private static final String LEAVES = "leaves";
    private static final Map<String, TaskSizes> TASKS =
            Map.of(
                    "continuous",
                    new ContinuousSizes("small", "toy/vectors", 3, 5, 2, 15, 8, 8, 1),
                    "discrete",
                    new DiscreteSizes("small", 2, 3, 4, 5, 6, 3, 8));

    private LeakProbe() {}

    /** The program. */
    public static void main(String[] arguments) {
        // Long runs reach a collection after all; it must not take what start-up left unowned.
        try (PointerScope scope = new PointerScope()) {
            LibTorchRuntime.initialise(1);
            Kernels kernels = arguments[2].equals("kernels") ? Kernels.ON : Kernels.OFF;
            Map<String, Object> keys = new TreeMap<>();
            keys.put(arguments[1].equals("madtkd") ? "width" : "hidden", 8);
            if (List.of("cfcql", "macql").contains(arguments[1])) {
                keys.put("alpha", 1.0);
            }
            for (String argument : Arrays.copyOfRange(arguments, 3, arguments.length)) {
                String[] parts = argument.split("=");
                keys.put(parts[0], value(parts[1]));
            }
            String leaves = keys.containsKey(LEAVES) ? (String) keys.remove(LEAVES) : "nothing";
            PerfCase small =
                    new PerfCase(
                            "small",
                            arguments[1],
                            TASKS.get(arguments[0]),
                            keys,
                            new ArithmeticFloor(List.of(), 0));
            measure(small, kernels, leaves);
        }
    }

    private static void measure(PerfCase small, Kernels kernels, String leaves) {
        Compute compute = new Compute(ComputeDevice.CPU, Precision.FLOAT32, kernels);
        int updates = updatesPerRound(small);
        try (PerfRunner runner = new PerfRunner(small, compute, Clock.WALL)) {
            for (int round = 1; round <= LeakGate.LATE / updates; round++) {
                runner.round();
                leaveBehind(leaves, compute.tensors());
                if (round == LeakGate.EARLY / updates || round == LeakGate.LATE / updates) {
                    LeakGate.print();
                }
            }
        }
    }

    private static int updatesPerRound(PerfCase small) {
        return Algorithms.find(small.algorithm())
                .configure(
                        small.task().shape(),
                        new Settings(small.algorithm(), small.settings()),
                        Track.EQUAL)
                .schedule()
                .steps()
                .size();
    }

    private static void leaveBehind(String leaves, TensorFactory tensors) {
        switch (leaves) {
            case "tensor" -> tensors.zeros(16).retainReference();
            case "native" -> Pointer.malloc(1).setNull();
            default -> {
                // A sound learner leaves nothing.
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
