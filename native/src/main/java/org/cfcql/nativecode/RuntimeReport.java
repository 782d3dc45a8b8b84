package org.cfcql.nativecode;

/**
 * What {@link LibTorchRuntime#initialise} did, for provenance and {@code doctor}.
 *
 * @param libTorchVersion version of LibTorch and of its JavaCPP preset
 * @param computeThreads threads of one operation (OpenMP, LibTorch intra-op)
 * @param openBlasCore processor whose matrix kernels OpenBLAS uses, such as {@code SkylakeX}: its
 *     own choice, or that of {@code OPENBLAS_CORETYPE}; {@code unknown} without our library
 * @param allocator {@code set}, or why the allocator was left as it is
 * @param arena arena that the initialising thread allocates from: {@code main}, {@code thread}
 *     (blocks above 64 MB are mapped afresh; see {@link LibTorchRuntime#workerEnvironment}) or
 *     {@code unknown}
 * @param cpuCapability vector instructions that LibTorch chose, such as {@code AVX512}
 * @param kernelsAvailable whether our C++ kernels are there
 * @param kernels instruction set of our kernels, or why they are absent
 */
public record RuntimeReport(
        String libTorchVersion,
        int computeThreads,
        String openBlasCore,
        String allocator,
        String arena,
        String cpuCapability,
        boolean kernelsAvailable,
        String kernels) {}
