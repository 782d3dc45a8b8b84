/**
 * C++ kernels with their JavaCPP bindings, and the set-up of LibTorch in the process.
 *
 * <p>Invariants: {@link org.cfcql.nativecode.LibTorchRuntime#initialise} runs before the first
 * tensor. Each kernel has a pure-LibTorch oracle beside it that computes the same numbers; where
 * the C++ library is absent ({@link org.cfcql.nativecode.NativeKernels#available}), on a GPU, and
 * for whatever a kernel does not cover, the oracle runs. Kernels work on raw pointers of contiguous
 * tensors, use one thread, sum in a fixed order and never throw across the border. This package
 * knows nothing of learners, data or environments.
 *
 * <p>{@link org.cfcql.nativecode.CriticPenalty} is the conservative term of the continuous critic.
 * A learner uses it so:
 *
 * <pre>{@code
 * CriticPenalty penalty = CriticPenalty.covering(Normalisation.BATCH, parameters);
 * lossOfTheRest.backward();                                   // TD error, -α Q(data)
 * Tensor lse = penalty.addGradients(inputs, parameters, alpha, gradientsOfTheParameters);
 * }</pre>
 *
 * <p>{@link org.cfcql.nativecode.NativePerceptron} is a network of the continuous branch, {@link
 * org.cfcql.nativecode.NativeRecurrentNetwork} that of the discrete one; their oracles are the
 * networks themselves in {@code org.cfcql.nn}. {@link org.cfcql.nativecode.NativeCounterfactuals}
 * and {@link org.cfcql.nativecode.NativeJointSamples} mix counterfactual and joint actions.
 *
 * <p>Sources: {@code src/main/cpp/process.*} (allocator, environment); per kernel a header, {@code
 * critic_penalty.h} and so on, that says what it computes, and {@code critic_penalty_body.h} and
 * {@code matrix_product.h} that say how, compiled once per instruction set by {@code
 * kernels_*.cpp}; {@code kernels.*} hold the entry points, which {@code NativeBindings} maps one to
 * one.
 */
package org.cfcql.nativecode;
