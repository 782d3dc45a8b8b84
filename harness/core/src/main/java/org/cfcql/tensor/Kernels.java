package org.cfcql.tensor;

/** Whether the compiled kernels may be used; the values of {@code kernels}. */
public enum Kernels {
    /** Wherever they cover what is computed. */
    ON,
    /** Nowhere: LibTorch's own operations. */
    OFF
}
