package org.cfcql.nativecode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * Sets LibTorch up in this process. To be called before the first tensor is made: the allocator
 * decides at the first large block, and thread pools start at the first operation.
 *
 * <ul>
 *   <li>Threads: {@code computeThreads} for OpenMP and LibTorch, 1 between operations, 1 inside
 *       OpenBLAS. OpenBLAS keeps a pool of its own whose threads spin; two spinning pools on the
 *       same cores make a recurrent net twenty times slower.
 *   <li>OpenBLAS takes the AVX-512 kernels on AMD processors that have them; by itself it would
 *       take those for AVX2.
 *   <li>Allocator: glibc's heap keeps large blocks instead of mapping fresh pages for each.
 *   <li>Denormal numbers are kept: flushing them would make float32 results depend on whether an
 *       operation ran in Java, in LibTorch or in a kernel.
 *   <li>Deterministic algorithms are asked for on every device. The debugging aid that goes with
 *       them in LibTorch, filling each fresh tensor with NaN, is off: it costs a pass over memory.
 * </ul>
 */
public final class LibTorchRuntime {
    private static RuntimeReport report;
    private static volatile boolean loading;

    private LibTorchRuntime() {}

    /**
     * Sets the process up; a second call with the same number of threads does nothing.
     *
     * @param computeThreads threads of one operation, at least 1
     * @return what was done
     * @throws IllegalArgumentException if {@code computeThreads} is below 1
     * @throws IllegalStateException if the process runs with another number already
     */
    public static synchronized RuntimeReport initialise(int computeThreads) {
        if (computeThreads < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 compute thread, found " + computeThreads);
        }
        if (report == null) {
            try (LibraryCacheLock lock = LibraryCacheLock.take()) {
                report = initialiseOnce(computeThreads);
            }
            endOrderly();
        } else if (report.computeThreads() != computeThreads) {
            throw new IllegalStateException(
                    "LibTorch runs with "
                            + report.computeThreads()
                            + " compute threads in this process, found a request for "
                            + computeThreads
                            + "; start a new process");
        }
        return report;
    }

    /**
     * Unpacks and loads the libraries and sets nothing up; whoever makes the first tensor of a
     * process calls it, because the class initialiser of a binding would not wait for its turn.
     */
    public static synchronized void load() {
        try (LibraryCacheLock lock = LibraryCacheLock.take()) {
            Loader.load(torch.class);
        }
    }

    /**
     * Environment for worker processes. The same settings as {@link #initialise} makes, but from
     * the first instruction on, so they also hold for threads that the virtual machine starts
     * before any Java code runs. The last one is what cuBLAS asks for to be deterministic.
     *
     * @param computeThreads threads of one operation
     * @return names and values, in a fixed order
     */
    public static Map<String, String> workerEnvironment(int computeThreads) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("OMP_NUM_THREADS", Integer.toString(computeThreads));
        environment.put("OPENBLAS_NUM_THREADS", "1");
        environment.put("MALLOC_ARENA_MAX", "1");
        environment.put("MALLOC_MMAP_MAX_", "0");
        environment.put("MALLOC_TRIM_THRESHOLD_", Integer.toString(2047 << 20));
        environment.put("MALLOC_TOP_PAD_", Integer.toString(256 << 20));
        environment.put("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
        return environment;
    }

    /**
     * The Java machine does not stop threads that are in native code when it ends, and its end runs
     * the destructors of LibTorch. A signal in the middle of an update would so end in a crash. The
     * hook registers as late as it can, because LibTorch makes objects until then.
     */
    private static void endOrderly() {
        if (NativeKernels.available()) {
            try {
                Thread hook = new Thread(NativeBindings::leave_without_destructors, "leave");
                Runtime.getRuntime().addShutdownHook(hook);
            } catch (IllegalStateException ending) {
                NativeBindings.leave_without_destructors();
            }
        }
    }

    /**
     * Lets the end of this process, whenever it comes, run no destructor of a library that is
     * loaded by now; does nothing in a process without LibTorch.
     */
    public static void leaveWithoutDestructors() {
        if (loading && NativeKernels.available()) {
            NativeBindings.leave_without_destructors();
        }
    }

    /**
     * Ends this process at once, as {@link Runtime#halt} does, without destructors of libraries.
     */
    public static void halt(int status) {
        if (NativeKernels.available()) {
            NativeBindings.leave_without_destructors();
        }
        Runtime.getRuntime().halt(status);
    }

    private static RuntimeReport initialiseOnce(int computeThreads) {
        String allocator = "left alone: " + NativeKernels.unavailableReason();
        String arena = "unknown";
        if (NativeKernels.available()) {
            allocator = configureAllocator();
            arena = threadArena();
            // Read by OpenMP and OpenBLAS when they are loaded, which is just below.
            workerEnvironment(computeThreads).forEach(NativeBindings::set_environment);
            loading = true;
        }
        torch.set_num_interop_threads(1);
        torch.set_num_threads(computeThreads);
        openblas_nolapack.blas_set_num_threads(1);
        Context context = torch.globalContext();
        Context.setFlushDenormal(false);
        context.setDeterministicAlgorithms(true, true);
        context.setDeterministicFillUninitializedMemory(false);
        context.setDeterministicCuDNN(true);
        return new RuntimeReport(
                libTorchVersion(),
                torch.get_num_threads(),
                openBlasCore(),
                allocator,
                arena,
                text(torch.get_cpu_capability()),
                NativeKernels.available(),
                NativeKernels.available()
                        ? NativeKernels.variant().name()
                        : NativeKernels.unavailableReason());
    }

    private static String configureAllocator() {
        return switch (NativeBindings.configure_allocator()) {
            case 0 -> "set";
            case 1 -> "left alone: glibc refused a setting";
            default -> "left alone: not the malloc of glibc";
        };
    }

    private static String threadArena() {
        return switch (NativeBindings.thread_arena()) {
            case 0 -> "main";
            case 1 -> "thread";
            default -> "unknown";
        };
    }

    private static String libTorchVersion() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch");
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the jar of LibTorch", unreadable);
        }
    }

    private static String openBlasCore() {
        String core = NativeKernels.available() ? text(NativeBindings.openblas_core()) : "";
        return core.isEmpty() ? "unknown" : core;
    }

    private static String text(BytePointer pointer) {
        try (pointer) {
            return pointer.getString();
        }
    }
}
