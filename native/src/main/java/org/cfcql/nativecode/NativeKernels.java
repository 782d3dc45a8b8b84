package org.cfcql.nativecode;

import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;

/**
 * Whether our C++ library is there. It is absent when no compiler was found at build time or when
 * it was switched off ({@code -Dcfcql.native=off}); callers then take the LibTorch path.
 */
public final class NativeKernels {
    /** System property; the value {@code off} makes the harness run without the library. */
    public static final String PROPERTY = "cfcql.native";

    private static final String UNAVAILABLE = load();

    private NativeKernels() {}

    /** True if the kernels can be called. */
    public static boolean available() {
        return UNAVAILABLE.isEmpty();
    }

    /** Why {@link #available()} is false, in one line; empty if it is true. */
    public static String unavailableReason() {
        return UNAVAILABLE;
    }

    /** Instruction set that the kernels run with. */
    public static KernelVariant variant() {
        return KernelVariant.values()[NativeBindings.current_variant()];
    }

    /**
     * Runs the kernels with another instruction set from here on, in the whole process; for tests
     * and measurements.
     *
     * @throws IllegalStateException if the processor lacks it
     */
    public static void use(KernelVariant variant) {
        check(NativeBindings.choose_variant(variant.ordinal()));
    }

    /** True if this processor can run a variant. */
    public static boolean supports(KernelVariant variant) {
        return available() && variant.ordinal() <= NativeBindings.best_variant();
    }

    /** Turns the status of an entry point into an exception. */
    static void check(int status) {
        if (status != 0) {
            try (BytePointer text = NativeBindings.last_error()) {
                throw new IllegalStateException("native kernel failed: " + text.getString());
            }
        }
    }

    private static String load() {
        if ("off".equals(System.getProperty(PROPERTY))) {
            return "switched off by -D" + PROPERTY + "=off";
        }
        try {
            System.load(LibraryFile.unpack().toString());
            return "";
        } catch (IOException unwritable) {
            return "the library could not be unpacked: " + unwritable.getMessage();
        } catch (UnsatisfiedLinkError | NoClassDefFoundError absent) {
            return String.valueOf(absent.getMessage()).lines().findFirst().orElse("");
        }
    }
}
