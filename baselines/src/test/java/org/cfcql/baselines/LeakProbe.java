package org.cfcql.baselines;

import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.cfcql.learn.Algorithms;
import org.cfcql.nativecode.LibTorchRuntime;

/**
 * Program of {@link LeakGateTest}: updates a small learner and prints, after 100 and after 2 000
 * updates, live handles and their bytes.
 *
 * <p>Arguments: an algorithm id, then settings as {@code key=value}.
 */
final class LeakProbe {
    private static final int EARLY = 100;
    private static final int LATE = 2000;

    private LeakProbe() {}

    public static void main(String[] arguments) {
        LibTorchRuntime.initialise(1);
        Map<String, String> keys =
                arguments.length == 1
                        ? Map.of()
                        : Map.of(arguments[1].split("=")[0], arguments[1].split("=")[1]);
        Toy.Running running =
                Toy.start(Algorithms.find(arguments[0]), 1, Toy.AGENTS * (long) LATE, keys);
        Toy.train(running, EARLY, Toy.FULL);
        print();
        Toy.train(running, LATE - EARLY, Toy.FULL);
        print();
    }

    private static void print() {
        System.out.println(Pointer.totalCount() + " " + Pointer.totalBytes());
    }
}
