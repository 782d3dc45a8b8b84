// One linear layer of one replica in the layout of the products, with its gradients. Included
// inside the namespace of an instruction set.
#pragma once

#include "block.h"
#include "matrix_product.h"

// Outputs run along the rows, padded; zero weights keep the padding at zero.
template <typename T>
struct DenseLayer {
    const int input;
    const int output;
    const int input_width;     // padded
    const int width;           // output, padded
    Block<T> weight, bias;     // [input,width], [width]
    Block<T> back;             // [output,input_width], for the gradient of the input
    Block<T> weight_gradient;  // [input,width]
    Block<T> bias_gradient;    // [width]

    DenseLayer(int inputs, int outputs, int padded_input, int padded_output)
        : input(inputs),
          output(outputs),
          input_width(padded_input),
          width(padded_output),
          weight(cells(inputs, padded_output)),
          bias(padded_output),
          back(cells(outputs, padded_input)),
          weight_gradient(cells(inputs, padded_output)),
          bias_gradient(padded_output) {}

    static long cells(int rows, int columns) { return static_cast<long>(rows) * columns; }

    // Takes the parameters, [output,input] and [output]; what multiplies and is added to the input
    // before the layer, if anything, is folded into them.
    void load(const T* from_weight, const T* from_bias, const T* scale, const T* shift) {
        for (int o = 0; o < output; ++o) {
            double sum = from_bias[o];
            for (int i = 0; i < input; ++i) {
                const T value = from_weight[cells(o, input) + i];
                weight.get()[cells(i, width) + o] = scale == nullptr ? value : value * scale[i];
                back.get()[cells(o, input_width) + i] = value;
                if (shift != nullptr) {
                    sum += static_cast<double>(value) * shift[i];
                }
            }
            bias.get()[o] = static_cast<T>(sum);
        }
    }

    // x [rows, input] with a stride to y [rows, width].
    void forward(int rows, const T* x, long stride, T* y) const {
        matrix_product<T, Start::kBias>(rows, width, input, x, stride, 1, weight.get(), width, y,
                                        width, bias.get());
    }

    // Adds up the gradients of the parameters from those of y, [rows, width].
    void accumulate(int rows, const T* x, long stride, const T* gradient) {
        matrix_product<T, Start::kAdd>(input, width, rows, x, 1, stride, gradient, width,
                                       weight_gradient.get(), width, bias.get());
        for (int v = 0; v < width; v += kLanes<T>) {
            Vec<T> sum = {};
            for (int r = 0; r < rows; ++r) {
                sum += *vectors(gradient + cells(r, width) + v);
            }
            *vectors(bias_gradient.get() + v) += sum;
        }
    }

    // The gradient of x, [rows, input_width], from that of y.
    void backward(int rows, const T* gradient, T* input_gradient) const {
        matrix_product<T, Start::kZero>(rows, input_width, output, gradient, width, 1, back.get(),
                                        input_width, input_gradient, input_width, bias.get());
    }

    // Adds the gradients to those of the parameters, and of the folded scale and shift.
    void add_gradients(const T* from_weight, const T* scale, const T* shift, T* to_weight,
                       T* to_bias, T* to_scale, T* to_shift) const {
        for (int o = 0; o < output; ++o) {
            const T of_bias = bias_gradient.get()[o];
            to_bias[o] += of_bias;
            for (int i = 0; i < input; ++i) {
                const T gradient = weight_gradient.get()[cells(i, width) + o];
                const long at = cells(o, input) + i;
                if (scale == nullptr) {
                    to_weight[at] += gradient;
                } else {
                    to_weight[at] += scale[i] * gradient + shift[i] * of_bias;
                    to_scale[i] += from_weight[at] * gradient;
                    to_shift[i] += from_weight[at] * of_bias;
                }
            }
        }
    }
};
