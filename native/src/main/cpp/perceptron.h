// Perceptrons of R replicas behind an input normalisation: values, and gradients of the parameters.
//
// Replica r maps the rows of its input group q (q = r, or 0 where all replicas share one) by
//   x0      = scale (x - mean) / sqrt(biased variance + epsilon) + shift, per column of the group,
//             or x itself without normalisation
//   x_{l+1} = relu(weight_l x_l + bias_l), without relu after the last layer
// The gradient of the normalisation's input is never asked for: data have none. Its scale and shift
// are folded into the first layer, so their gradients cost no product over the rows.
//
// Floating-point arrays are contiguous, row-major, of element_bytes 4 (float) or 8 (double); `kept`
// is aligned to 64 bytes. The order of every sum is fixed.
#pragma once

#include <string>
#include <vector>

#include "arguments.h"

struct PerceptronSizes {
    int rows;
    int replicas;
    int groups;       // of input rows: 1 or replicas
    bool normalised;  // by the columns' statistics over the rows of the call
    double epsilon;
    std::vector<int> widths;  // input, hidden ..., output

    int layers() const { return static_cast<int>(widths.size()) - 1; }

    void read(Arguments& call) {
        call.size(NAMED(rows));
        call.size(NAMED(replicas));
        call.size(NAMED(groups));
        call.size(NAMED(normalised));
        List list;
        call.list("widths", list);
        for (int at = 0; at < list.count; ++at) {
            require(list[at] >= 1 && list[at] <= INT_MAX, "widths of perceptron must be positive");
            widths.push_back(static_cast<int>(list[at]));
        }
        call.constant(NAMED(epsilon));
    }
};

// Parameters, or gradients of the same shapes.
template <typename T>
struct PerceptronParameters {
    T* scale;                // [groups,input], null without normalisation
    T* shift;                // [groups,input]
    std::vector<T*> weight;  // per layer [replicas,output,input]
    std::vector<T*> bias;    // per layer [replicas,output]

    // Layers are counted from 0: weight0, bias0, weight1.
    void read(Arguments& call, const PerceptronSizes& sizes, bool must, const char* suffix = "") {
        call.array(NAMED(scale), must && sizes.normalised, suffix);
        call.array(NAMED(shift), must && sizes.normalised, suffix);
        weight.resize(sizes.layers());
        bias.resize(sizes.layers());
        for (int layer = 0; layer < sizes.layers(); ++layer) {
            const std::string number = std::to_string(layer);
            call.array("weight" + number, weight[layer], must, suffix);
            call.array("bias" + number, bias[layer], must, suffix);
        }
    }
};

// Hidden units of a row are kept padded to a multiple of this, whatever the vector length.
constexpr int kKeptHiddenUnits = 16;

template <typename T>
struct PerceptronArrays {
    const T* input;  // [rows,groups,input]
    PerceptronParameters<const T> network;
    T* values;  // [replicas,rows,output]
    // For the backward pass, or null: hidden activations [replicas][hidden layer][rows,padded],
    // then normalised rows [groups,rows,input].
    T* kept;
    const T* value_gradient;            // [replicas,rows,output]; null for the forward pass
    PerceptronParameters<T> gradients;  // added to by the backward pass

    // A forward pass, or a backward pass if value_gradient is there.
    void read(Arguments& call, const PerceptronSizes& sizes) {
        call.array(NAMED(input), true);
        const bool backward = call.any("value_gradient");
        call.array(NAMED(values), !backward);
        call.array(NAMED(kept), backward && (sizes.layers() > 1 || sizes.normalised));
        call.array(NAMED(value_gradient), backward);
        network.read(call, sizes, true);
        gradients.read(call, sizes, backward, "_gradient");
    }
};
