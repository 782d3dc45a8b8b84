package org.cfcql.baselines;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.testing.LeakGate;

/**
 * Program of {@link BaselinesLeakGateTest}: updates a small learner.
 *
 * <p>Arguments: an algorithm id, then settings as {@code key=value}.
 */
final class BaselinesLeakProbe {
    private BaselinesLeakProbe() {}

    public static void main(String[] arguments) {
        Map<String, Object> keys = new TreeMap<>();
        for (String argument : Arrays.copyOfRange(arguments, 1, arguments.length)) {
            String[] parts = argument.split("=");
            boolean number = parts[1].matches("[0-9.]+");
            keys.put(parts[0], number ? (Object) Double.valueOf(parts[1]) : parts[1]);
        }
        // Long runs reach a collection after all; it must not take what start-up left unowned.
        try (PointerScope scope = new PointerScope()) {
            LibTorchRuntime.initialise(1);
            measure(Algorithms.find(arguments[0]), keys);
        }
    }

    private static void measure(Algorithm algorithm, Map<String, Object> keys) {
        long units = Toy.AGENTS * (long) LeakGate.LATE;
        Toy.Running running = Toy.start(algorithm, 1, units, keys);
        Toy.train(running, LeakGate.EARLY, Toy.FULL);
        LeakGate.print();
        Toy.train(running, LeakGate.LATE - LeakGate.EARLY, Toy.FULL);
        LeakGate.print();
    }
}
