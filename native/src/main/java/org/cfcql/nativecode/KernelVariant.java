package org.cfcql.nativecode;

/**
 * Instruction sets that the kernels are compiled for, from least to most wanted; the order is that
 * of {@code kernels.h}. Results differ in the last bits between variants.
 */
public enum KernelVariant {
    /** Any processor. */
    GENERIC,
    /** x86-64 with AVX2 and FMA. */
    AVX2,
    /** x86-64 with AVX-512 F, VL, BW and DQ. */
    AVX512
}
