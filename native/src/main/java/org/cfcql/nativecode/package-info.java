/**
 * C++ kernels with their JavaCPP bindings, and the set-up of LibTorch in the process.
 *
 * <p>Invariants: {@link org.cfcql.nativecode.LibTorchRuntime#initialise} runs before the first
 * tensor. Kernels work on raw pointers of contiguous tensors, use one thread, sum in a fixed order
 * and never throw across the border. Their arguments cross it by name, and both sides check names,
 * kinds and sizes. This package knows nothing of learners, data or environments.
 *
 * <p>Each kernel has an oracle that computes the same numbers by LibTorch's own operations. The
 * callers hold them and choose: where the C++ library is absent ({@link
 * org.cfcql.nativecode.NativeKernels#available}), on a GPU, and for whatever a kernel does not
 * cover, a caller's LibTorch path runs.
 *
 * <p>{@link org.cfcql.nativecode.NativeCriticPenalty} is the conservative term of the continuous
 * critic, {@link org.cfcql.nativecode.NativePerceptron} a network of that branch; {@link
 * org.cfcql.nativecode.NativeRecurrentNetwork} is the network of the discrete one, {@link
 * org.cfcql.nativecode.NativeCounterfactuals} and {@link org.cfcql.nativecode.NativeJointSamples}
 * mix counterfactual and joint actions.
 *
 * <p>Sources in {@code src/main/cpp}: {@code kernel_list.h} is the list of the kernels; each has a
 * header that says what it computes ({@code critic_penalty.h}) and a body that says how ({@code
 * critic_penalty_body.h}), compiled once per instruction set by {@code kernels_*.cpp}; {@code
 * arguments.h} reads the named arguments, {@code checks.h} says what else must hold of them, {@code
 * kernels.*} are the entry points that {@code NativeBindings} maps one to one; {@code process.*}
 * sets up allocator and environment.
 */
package org.cfcql.nativecode;
