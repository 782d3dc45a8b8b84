package org.cfcql.nativecode;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The entry points of our C++ library, one to one. JavaCPP's builder generates the JNI glue from
 * the annotations. Nothing here checks arguments: {@link KernelArguments} and the entry points do.
 */
@Platform(
        include = {"process.h", "kernels.h"},
        library = "jnicfcql")
final class NativeBindings {
    private NativeBindings() {}

    static native int configure_allocator();

    static native void leave_without_destructors();

    static native int thread_arena();

    static native int set_environment(
            @Cast("const char*") String name, @Cast("const char*") String value);

    @Cast("const char*")
    static native BytePointer openblas_core();

    static native int best_variant();

    static native int current_variant();

    static native int choose_variant(int variant);

    @Cast("const char*")
    static native BytePointer last_error();

    /** Status of one call. Each list goes with its length: another one than expected is refused. */
    static int criticPenalty(int elementBytes, int[] sizes, double[] constants, long[] arrays) {
        return critic_penalty(
                elementBytes,
                sizes,
                sizes.length,
                constants,
                constants.length,
                arrays,
                arrays.length);
    }

    /** As {@link #criticPenalty}. */
    static int recurrentNetwork(int elementBytes, int[] sizes, long[] active, long[] arrays) {
        return recurrent_network(
                elementBytes, sizes, sizes.length, active, active.length, arrays, arrays.length);
    }

    /** As {@link #criticPenalty}. */
    static int counterfactuals(int elementBytes, int[] sizes, double[] constants, long[] arrays) {
        return counterfactuals(
                elementBytes,
                sizes,
                sizes.length,
                constants,
                constants.length,
                arrays,
                arrays.length);
    }

    /** As {@link #criticPenalty}. */
    static int jointSamples(int elementBytes, int[] sizes, double[] constants, long[] arrays) {
        return joint_samples(
                elementBytes,
                sizes,
                sizes.length,
                constants,
                constants.length,
                arrays,
                arrays.length);
    }

    /** As {@link #criticPenalty}. */
    static int perceptron(int elementBytes, int[] sizes, double epsilon, long[] arrays) {
        return perceptron(elementBytes, sizes, sizes.length, epsilon, arrays, arrays.length);
    }

    static native int critic_penalty(
            int elementBytes,
            @Const int[] sizes,
            int sizeCount,
            @Const double[] constants,
            int constantCount,
            @Cast("const int64_t*") long[] arrays,
            int arrayCount);

    static native int recurrent_network(
            int elementBytes,
            @Const int[] sizes,
            int sizeCount,
            @Cast("const int64_t*") long[] active,
            int activeCount,
            @Cast("const int64_t*") long[] arrays,
            int arrayCount);

    static native int counterfactuals(
            int elementBytes,
            @Const int[] sizes,
            int sizeCount,
            @Const double[] constants,
            int constantCount,
            @Cast("const int64_t*") long[] arrays,
            int arrayCount);

    static native int joint_samples(
            int elementBytes,
            @Const int[] sizes,
            int sizeCount,
            @Const double[] constants,
            int constantCount,
            @Cast("const int64_t*") long[] arrays,
            int arrayCount);

    static native int perceptron(
            int elementBytes,
            @Const int[] sizes,
            int sizeCount,
            double epsilon,
            @Cast("const int64_t*") long[] arrays,
            int arrayCount);
}
