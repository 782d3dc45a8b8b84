// Parameters and gradients of one head of the critic in the layout of the products. Included inside
// the namespace of an instruction set.
#pragma once

#include "matrix_product.h"
#include "normalised_inputs.h"

// Units run along the rows, padded to `width`; the first and the last index of the second layer's
// weights each run along the rows once, for the forward and the backward product.
template <typename T>
struct Head {
    const CriticPenaltySizes& s;
    const int inputs;  // D
    const int width;   // h, padded
    Block<T> weight1, bias1, weight2, weight2_in, bias2, weight3;
    Block<T> weight1_gradient, bias1_gradient, weight2_gradient, bias2_gradient, weight3_gradient;
    // Sum of the first layer's weights over the inputs; its gradient, of layer normalisation only,
    // belongs to the weight of every input.
    Block<T> weight_sum, weight_sum_gradient;
    T bias3 = 0;
    T bias3_gradient = 0;

    explicit Head(const CriticPenaltySizes& sizes)
        : s(sizes),
          inputs(s.state_size + s.agents * s.action_size),
          width(padded(s.hidden, kLanes<T>)),
          weight1(static_cast<long>(inputs) * width),
          bias1(width),
          weight2(static_cast<long>(width) * width),
          weight2_in(static_cast<long>(width) * width),
          bias2(width),
          weight3(width),
          weight1_gradient(static_cast<long>(inputs) * width),
          bias1_gradient(width),
          weight2_gradient(static_cast<long>(width) * width),
          bias2_gradient(width),
          weight3_gradient(width),
          weight_sum(width),
          weight_sum_gradient(width) {}

    // First-layer weights of an agent's action, and their gradient: [action_size, width].
    T* action_weight(int agent) {
        return weight1.get() + static_cast<long>(s.state_size + agent * s.action_size) * width;
    }

    T* action_gradient(int agent) {
        return weight1_gradient.get() +
               static_cast<long>(s.state_size + agent * s.action_size) * width;
    }

    // Takes the parameters of one head; the scale and shift of the normalisation are folded into
    // the first layer.
    void load(int head, const TwinCritic<const T>& p) {
        for (int o = 0; o < s.hidden; ++o) {
            const T* row = p.weight1 + (static_cast<long>(head) * s.hidden + o) * inputs;
            double shift = p.bias1[head * s.hidden + o];
            double sum = 0;
            for (int c = 0; c < inputs; ++c) {
                const T scaled = row[c] * p.norm_scale[c];
                weight1.get()[static_cast<long>(c) * width + o] = scaled;
                sum += scaled;
                shift += static_cast<double>(row[c]) * p.norm_shift[c];
            }
            weight_sum.get()[o] = static_cast<T>(sum);
            bias1.get()[o] = static_cast<T>(shift);
            const T* second = p.weight2 + (static_cast<long>(head) * s.hidden + o) * s.hidden;
            for (int i = 0; i < s.hidden; ++i) {
                weight2.get()[static_cast<long>(i) * width + o] = second[i];
                weight2_in.get()[static_cast<long>(o) * width + i] = second[i];
            }
            bias2.get()[o] = p.bias2[head * s.hidden + o];
            weight3.get()[o] = p.weight3[head * s.hidden + o];
        }
        bias3 = p.bias3[head];
    }

    // Adds the gradients of one head to those of the parameters, and starts again at zero.
    void add_gradients(int head, const TwinCritic<const T>& p, const TwinCritic<T>& out) {
        for (int o = 0; o < s.hidden; ++o) {
            const long unit = static_cast<long>(head) * s.hidden + o;
            const T shift_gradient = bias1_gradient.get()[o];
            for (int c = 0; c < inputs; ++c) {
                const T weight = p.weight1[unit * inputs + c];
                const T gradient = weight1_gradient.get()[static_cast<long>(c) * width + o] +
                                   weight_sum_gradient.get()[o];
                out.weight1[unit * inputs + c] +=
                    p.norm_scale[c] * gradient + p.norm_shift[c] * shift_gradient;
                out.norm_scale[c] += weight * gradient;
                out.norm_shift[c] += weight * shift_gradient;
            }
            for (int i = 0; i < s.hidden; ++i) {
                out.weight2[unit * s.hidden + i] +=
                    weight2_gradient.get()[static_cast<long>(o) * width + i];
            }
            out.bias1[unit] += shift_gradient;
            out.bias2[unit] += bias2_gradient.get()[o];
            out.weight3[unit] += weight3_gradient.get()[o];
        }
        out.bias3[head] += bias3_gradient;
        clear_gradients();
    }

    void clear_gradients() {
        std::memset(weight1_gradient.get(), 0, static_cast<long>(inputs) * width * sizeof(T));
        std::memset(weight_sum_gradient.get(), 0, width * sizeof(T));
        std::memset(bias1_gradient.get(), 0, width * sizeof(T));
        std::memset(weight2_gradient.get(), 0, static_cast<long>(width) * width * sizeof(T));
        std::memset(bias2_gradient.get(), 0, width * sizeof(T));
        std::memset(weight3_gradient.get(), 0, width * sizeof(T));
        bias3_gradient = 0;
    }
};
