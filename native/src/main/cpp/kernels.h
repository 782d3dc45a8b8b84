// Entry points of the kernels for the JavaCPP bindings. None of them throws: a status other than 0
// says that last_error() holds a sentence.
#pragma once

#include <cstdint>

// Instruction sets, in the order of preference. choose_variant refuses what the processor lacks.
enum KernelVariant { KERNEL_GENERIC = 0, KERNEL_AVX2 = 1, KERNEL_AVX512 = 2 };

// Best variant of this processor.
int best_variant() noexcept;

// Variant in use; the best one until choose_variant.
int current_variant() noexcept;

int choose_variant(int variant) noexcept;

const char* last_error() noexcept;

// Each list of arguments comes with its count, because a list of another length is refused. So is
// an address of 0 where something is to be read or written: only what is marked below, and arrays
// without elements, may be left out.

// critic_penalty.h over flat arguments.
//   sizes:     batch, groups, agents, samples, action_size, state_size, hidden, density_per_sample,
//              normalisation
//   constants: temperature, epsilon, gradient_scale
//   arrays:    addresses of state, others, sampled, log_density, weights; the eight parameters;
//              lse, corrected (or 0); the eight gradients (or 0), in the order of the structs
int critic_penalty(int element_bytes, const int* sizes, int size_count, const double* constants,
                   int constant_count, const int64_t* arrays, int array_count) noexcept;

// recurrent_network.h over flat arguments.
//   sizes:  times, agents, observation, actions, hidden
//   active: episodes that have a row at each time
//   arrays: addresses of observations, previous; the eight parameters; values (or 0), kept (or 0),
//           value_gradient (or 0: forward pass); the eight gradients (or 0), in the structs' order.
//           A forward pass needs values, a backward pass kept and the gradients.
int recurrent_network(int element_bytes, const int* sizes, int size_count, const int64_t* active,
                      int active_count, const int64_t* arrays, int array_count) noexcept;

// counterfactuals.h over flat arguments.
//   sizes:     steps, agents, actions, embedding, weights, ratio
//   constants: tau, alpha, scale
//   arrays:    addresses in the order of the struct
int counterfactuals(int element_bytes, const int* sizes, int size_count, const double* constants,
                    int constant_count, const int64_t* arrays, int array_count) noexcept;

// joint_samples.h over flat arguments.
//   sizes:     steps, agents, actions, embedding, samples, places
//   constants: alpha, scale
//   arrays:    addresses in the order of the struct
int joint_samples(int element_bytes, const int* sizes, int size_count, const double* constants,
                  int constant_count, const int64_t* arrays, int array_count) noexcept;

// perceptron.h over flat arguments.
//   sizes:  rows, replicas, groups, normalised, layers, widths (layers + 1 of them)
//   arrays: addresses of input, values (or 0), kept (or 0), value_gradient (or 0: forward pass);
//           scale, shift (or 0), weight and bias of each layer; the gradients in the same order.
//           A forward pass needs values, a backward pass the gradients and, if there is a hidden
//           layer or a normalisation, kept.
int perceptron(int element_bytes, const int* sizes, int size_count, double epsilon,
               const int64_t* arrays, int array_count) noexcept;
