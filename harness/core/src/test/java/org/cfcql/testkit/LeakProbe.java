package org.cfcql.testkit;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Program of leak gates: updates small learners, one after another, in whole rounds of their
 * schedule; of the discrete branch on batches of ever new lengths.
 *
 * <p>Each argument is a learner, in words: {@code continuous} or {@code discrete}, an algorithm id,
 * {@code kernels} or {@code autograd}, then settings as {@code key=value}. The key {@code leaves}
 * is none of the learner: {@code tensor} leaves one tensor per round behind, {@code native} a byte
 * of which Java knows nothing.
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

    /** Fails by the name of the learner that leaves anything behind; they share one process. */
    public static void assertNothingIsLeftBehind(List<String> learners) throws Exception {
        List<List<LeakGate.Reading>> readings = LeakGate.readings(LeakProbe.class, learners);
        for (int index = 0; index < learners.size(); index++) {
            LeakGate.Reading early = readings.get(index).get(0);
            assertThat(early.handles()).as(learners.get(index)).isPositive();
            assertThat(early.nativeBytes()).as(learners.get(index)).isPositive();
            assertThat(readings.get(index).get(1)).as(learners.get(index)).isEqualTo(early);
        }
    }

    /** The program. */
    public static void main(String[] learners) {
        // Long runs reach a collection after all; it must not take what start-up left unowned.
        try (PointerScope scope = new PointerScope()) {
            LibTorchRuntime.initialise(1);
            for (String learner : learners) {
                measure(learner.split(" "));
            }
        }
    }

    private static void measure(String[] words) {
        Kernels kernels = words[2].equals("kernels") ? Kernels.ON : Kernels.OFF;
        Map<String, Object> keys = new TreeMap<>();
        keys.put(words[1].equals("madtkd") ? "width" : "hidden", 8);
        if (List.of("cfcql", "macql").contains(words[1])) {
            keys.put("alpha", 1.0);
        }
        for (String word : Arrays.copyOfRange(words, 3, words.length)) {
            String[] parts = word.split("=");
            keys.put(parts[0], value(parts[1]));
        }
        String leaves = keys.containsKey(LEAVES) ? (String) keys.remove(LEAVES) : "nothing";
        ArithmeticFloor none = new ArithmeticFloor(List.of(), 0);
        PerfCase small = new PerfCase("small", words[1], TASKS.get(words[0]), keys, none);
        measure(small, kernels, leaves);
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
