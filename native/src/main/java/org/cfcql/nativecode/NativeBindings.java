package org.cfcql.nativecode;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The entry points of our C++ library, one to one. JavaCPP's builder generates the JNI glue from
 * the annotations. Nothing here checks arguments: {@link NativeKernels} and the kernel classes do.
 */
@Platform(
        include = {"process.h", "kernels.h"},
        library = "jnicfcql")
final class NativeBindings {
    private NativeBindings() {}

    static native int configure_allocator();

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

    static native int critic_penalty(
            int elementBytes,
            @Const int[] sizes,
            @Const double[] constants,
            @Cast("const int64_t*") long[] arrays);

    static native int recurrent_network(
            int elementBytes,
            @Const int[] sizes,
            @Cast("const int64_t*") long[] active,
            @Cast("const int64_t*") long[] arrays);

    static native int counterfactuals(
            int elementBytes,
            @Const int[] sizes,
            @Const double[] constants,
            @Cast("const int64_t*") long[] arrays);

    static native int joint_samples(
            int elementBytes,
            @Const int[] sizes,
            @Const double[] constants,
            @Cast("const int64_t*") long[] arrays);

    static native int perceptron(
            int elementBytes,
            @Const int[] sizes,
            double epsilon,
            @Cast("const int64_t*") long[] arrays);
}
