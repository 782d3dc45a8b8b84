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

#include <vector>

struct PerceptronSizes {
    int rows;
    int replicas;
    int groups;       // of input rows: 1 or replicas
    bool normalised;  // by the columns' statistics over the rows of the call
    double epsilon;
    std::vector<int> widths;  // input, hidden ..., output

    int layers() const { return static_cast<int>(widths.size()) - 1; }
};

// Parameters, or gradients of the same shapes.
template <typename T>
struct PerceptronParameters {
    T* scale;                // [groups,input], null without normalisation
    T* shift;                // [groups,input]
    std::vector<T*> weight;  // per layer [replicas,output,input]
    std::vector<T*> bias;    // per layer [replicas,output]
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
};

// One instance per instruction set: a forward pass, or a backward pass if value_gradient is there.
namespace cfcql_generic {
void perceptron(const PerceptronSizes& sizes, const PerceptronArrays<float>& arrays);
void perceptron(const PerceptronSizes& sizes, const PerceptronArrays<double>& arrays);
}  // namespace cfcql_generic
namespace cfcql_avx2 {
void perceptron(const PerceptronSizes& sizes, const PerceptronArrays<float>& arrays);
void perceptron(const PerceptronSizes& sizes, const PerceptronArrays<double>& arrays);
}  // namespace cfcql_avx2
namespace cfcql_avx512 {
void perceptron(const PerceptronSizes& sizes, const PerceptronArrays<float>& arrays);
void perceptron(const PerceptronSizes& sizes, const PerceptronArrays<double>& arrays);
}  // namespace cfcql_avx512
