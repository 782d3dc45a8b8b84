package org.cfcql.nativecode;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.nativecode.NativeCriticPenalty.Normalisation;

/**
 * Time of the penalty on one core: the kernel per instruction set and normalisation, LibTorch's
 * matrix products of the second layer at the same shapes (the floor of an unfused version), and the
 * oracle. Run with
 *
 * <pre>
 * mvn -q -pl native test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp native/target/test-classes:native/target/classes:$(cat native/target/classpath) \
 *     org.cfcql.nativecode.PenaltyBenchmark
 * </pre>
 */
final class PenaltyBenchmark {
    private static final int REPEATS = 30;
    private static final int ORACLE_REPEATS = 3;

    private PenaltyBenchmark() {}

    public static void main(String[] arguments) {
        System.out.println(LibTorchRuntime.initialise(1));
        measure("cfcql/simple_spread", PenaltyCase.cooperativeNavigation());
        measure("macql/simple_spread", PenaltyCase.jointSamples());
        measure("cfcql/halfcheetah", PenaltyCase.halfCheetah());
    }

    private static void measure(String name, PenaltyCase shape) {
        long rows = (long) shape.groups() * shape.batch() * shape.agents() * shape.samples();
        // Two heads; forward, gradient of the activations, gradient of the weights.
        double flops = 2.0 * 3 * 2 * rows * shape.hidden() * shape.hidden();
        try (PointerScope scope = new PointerScope()) {
            CriticPenaltyInputs inputs = shape.inputs(ScalarType.Float);
            TwinCriticTensors critic = shape.critic(ScalarType.Float);
            TwinCriticTensors gradients = shape.gradients(ScalarType.Float, 0);
            for (KernelVariant variant : KernelVariant.values()) {
                if (NativeKernels.supports(variant)) {
                    NativeKernels.use(variant);
                    for (Normalisation normalisation : Normalisation.values()) {
                        NativeCriticPenalty kernel = new NativeCriticPenalty(normalisation);
                        print(
                                name,
                                "kernel " + variant + " " + normalisation,
                                flops,
                                best(
                                        REPEATS,
                                        () -> kernel.addGradients(inputs, critic, 1, gradients)));
                    }
                }
            }
            print(name, "LibTorch products", flops, best(REPEATS, products(rows, shape.hidden())));
            LibTorchCriticPenalty oracle = new LibTorchCriticPenalty(Normalisation.BATCH);
            print(
                    name,
                    "LibTorch oracle",
                    flops,
                    best(ORACLE_REPEATS, () -> oracle.addGradients(inputs, critic, 1, gradients)));
        }
    }

    private static Runnable products(long rows, long hidden) {
        Tensor left = torch.rand(rows, hidden);
        Tensor right = torch.rand(rows, hidden);
        Tensor weight = torch.rand(hidden, hidden);
        Tensor out = torch.empty(rows, hidden);
        Tensor weightOut = torch.empty(hidden, hidden);
        Tensor transposed = weight.t();
        Tensor rightTransposed = right.t();
        List<Runnable> once =
                List.of(
                        () -> torch.mm_out(out, left, transposed),
                        () -> torch.mm_out(out, right, weight),
                        () -> torch.mm_out(weightOut, rightTransposed, left));
        return () -> {
            once.forEach(Runnable::run);
            once.forEach(Runnable::run);
        };
    }

    private static double best(int repeats, Runnable work) {
        double best = Double.MAX_VALUE;
        for (int repeat = 0; repeat < repeats; repeat++) {
            try (PointerScope scope = new PointerScope()) {
                long start = System.nanoTime();
                work.run();
                best = Math.min(best, (System.nanoTime() - start) * 1e-6);
            }
        }
        return best;
    }

    private static void print(String name, String what, double flops, double milliseconds) {
        System.out.printf(
                "%-22s %-24s %9.3f ms %7.1f Gflop/s%n",
                name, what, milliseconds, flops / milliseconds * 1e-6);
    }
}
