package org.cfcql.nativecode;

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

    private static String load() {
        if ("off".equals(System.getProperty(PROPERTY))) {
            return "switched off by -D" + PROPERTY + "=off";
        }
        try {
            NativeBindings.load();
            return "";
        } catch (UnsatisfiedLinkError | NoClassDefFoundError absent) {
            return "no library for this platform; install g++ and build cfcql-native again";
        }
    }
}
