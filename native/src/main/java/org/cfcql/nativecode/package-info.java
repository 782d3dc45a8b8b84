/**
 * C++ kernels with their JavaCPP bindings, and the set-up of LibTorch in the process.
 *
 * <p>Invariants: {@link org.cfcql.nativecode.LibTorchRuntime#initialise} runs before the first
 * tensor. Each kernel has a pure-LibTorch oracle beside it that computes the same numbers; where
 * the C++ library is absent ({@link org.cfcql.nativecode.NativeKernels#available}), on a GPU, and
 * for whatever a kernel does not cover, the oracle runs. Kernels work on raw pointers of contiguous
 * tensors, use one thread, sum in a fixed order and never throw across the border. This package
 * knows nothing of learners, data or environments.
 */
package org.cfcql.nativecode;
