// The agents' recurrent network over packed sequences: values, and gradients of its parameters.
//
// Rows are ordered by time; the rows of time t belong to the first active[t] episodes, `agents`
// rows each, and active never rises. So the sequence of an episode and agent has the same place
// among the rows of every time it reaches. Per row
//   x  = relu(weight1 [observation, one-hot previous action, one-hot agent] + bias1)
//   r, z = sigmoid(gate_input x + input_bias + gate_memory h + memory_bias), h of the time before
//   n  = tanh(gate_input x + input_bias + r (gate_memory h + memory_bias))
//   h' = (1 - z) n + z h
//   values = weight2 h' + bias2
// A previous action equal to the number of actions stands for none.
//
// Floating-point arrays are contiguous, row-major, of element_bytes 4 (float) or 8 (double); `kept`
// is aligned to 64 bytes.
#pragma once

#include <cstdint>

#include "arguments.h"

struct RecurrentSizes {
    int times;
    int agents;
    int observation;
    int actions;
    int hidden;
    List active;  // [times], episodes that have a row

    void read(Arguments& call) {
        call.size(NAMED(agents));
        call.size(NAMED(observation));
        call.size(NAMED(actions));
        call.size(NAMED(hidden));
        call.list(NAMED(active));
        times = active.count;
    }
};

// Parameters, or gradients of the same shapes.
template <typename T>
struct RecurrentParameters {
    T* weight1;      // [hidden, observation+actions+agents]
    T* bias1;        // [hidden]
    T* gate_input;   // [3*hidden,hidden], gates r, z, n
    T* gate_memory;  // [3*hidden,hidden]
    T* input_bias;   // [3*hidden]
    T* memory_bias;  // [3*hidden]
    T* weight2;      // [actions,hidden]
    T* bias2;        // [actions]

    void read(Arguments& call, bool must, const char* suffix = "") {
        call.array(NAMED(weight1), must, suffix);
        call.array(NAMED(bias1), must, suffix);
        call.array(NAMED(gate_input), must, suffix);
        call.array(NAMED(gate_memory), must, suffix);
        call.array(NAMED(input_bias), must, suffix);
        call.array(NAMED(memory_bias), must, suffix);
        call.array(NAMED(weight2), must, suffix);
        call.array(NAMED(bias2), must, suffix);
    }
};

// The units of a row are kept padded to a multiple of this, whatever the vector length.
constexpr int kKeptUnits = 16;

// What is kept of a row for the backward pass: x, r, z, n, gate_memory h + memory_bias of n, h'.
constexpr int kKeptPlanes = 6;

template <typename T>
struct RecurrentArrays {
    const int64_t* active;    // of the sizes
    const T* observations;    // [rows,agents,observation]
    const int64_t* previous;  // [rows,agents]
    RecurrentParameters<const T> network;
    T* values;                         // [rows,agents,actions]
    T* kept;                           // [rows,agents,kKeptPlanes,padded hidden], or null
    const T* value_gradient;           // [rows,agents,actions]; null for the forward pass
    RecurrentParameters<T> gradients;  // added to by the backward pass

    // A forward pass needs values, a backward pass what was kept and the gradients.
    void read(Arguments& call, const RecurrentSizes& sizes) {
        active = sizes.active.values;
        call.array(NAMED(observations), true);
        call.array(NAMED(previous), true);
        network.read(call, true);
        const bool backward = call.any("value_gradient");
        call.array(NAMED(values), !backward);
        call.array(NAMED(kept), backward);
        call.array(NAMED(value_gradient), backward);
        gradients.read(call, backward, "_gradient");
    }
};
