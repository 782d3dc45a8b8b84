package org.cfcql.baselines;

import java.util.Map;
import org.cfcql.learn.Algorithms;
import org.cfcql.nativecode.LibTorchRuntime;
import org.cfcql.testing.LeakGate;

/**
 * Program of {@link LeakGateTest}: updates a small learner.
 *
 * <p>Arguments: an algorithm id, then settings as {@code key=value}.
 */
final class LeakProbe {
    private LeakProbe() {}

    public static void main(String[] arguments) {
        LibTorchRuntime.initialise(1);
        Map<String, String> keys =
                arguments.length == 1
                        ? Map.of()
                        : Map.of(arguments[1].split("=")[0], arguments[1].split("=")[1]);
        Toy.Running running =
                Toy.start(
                        Algorithms.find(arguments[0]), 1, Toy.AGENTS * (long) LeakGate.LATE, keys);
        Toy.train(running, LeakGate.EARLY, Toy.FULL);
        LeakGate.print();
        Toy.train(running, LeakGate.LATE - LeakGate.EARLY, Toy.FULL);
        LeakGate.print();
    }
}
