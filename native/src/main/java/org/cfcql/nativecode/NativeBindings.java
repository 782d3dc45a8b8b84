package org.cfcql.nativecode;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.annotation.Cast;
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

    /** Status of one call; texts end with a zero. */
    static native int run_kernel(
            @Cast("const char*") byte[] kernel,
            int elementBytes,
            @Cast("const char*") byte[] names,
            @Cast("const int64_t*") long[] values,
            int count);
}
