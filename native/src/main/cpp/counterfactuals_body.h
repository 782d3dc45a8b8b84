// The kernel of counterfactuals.h, for one instruction set: included inside its namespace.
#pragma once

#include "block.h"
#include "exponential.h"
#include "matrix_product.h"

// One step after the other; whatever a step needs stays in the cache nearest to the core.
template <typename T>
class Counterfactuals {
  public:
    Counterfactuals(const CounterfactualSizes& sizes, const CounterfactualArrays<T>& arrays)
        : s(sizes),
          x(arrays),
          width(padded(sizes.embedding, kLanes<T>)),
          action_width(padded(sizes.actions, kLanes<T>)),
          first(cells(s.agents, width)),
          first_bias(width),
          second(width),
          common(width),
          activations(cells(s.agents * s.actions, width)),
          sums(cells(s.actions, kLanes<T>)),
          values(cells(s.agents, action_width)),
          shares(cells(s.agents, action_width)),
          behaviour(action_width),
          differences(s.actions),
          first_gradient(cells(s.agents, width)),
          common_gradient(width),
          second_gradient(width),
          values_gradient(cells(s.agents, s.actions)) {}

    void run() {
        for (int step = 0; step < s.steps; ++step) {
            load(step);
            const T joint = mix(step);
            x.joint[step] = joint;
            for (int i = 0; i < s.agents; ++i) {
                vary(step, i);
                soft_maximum(step, i);
            }
            weigh(step);
            backward(step, joint);
        }
    }

  private:
    static constexpr T kUnavailable = static_cast<T>(-1e10);
    static constexpr T kSmoothing = static_cast<T>(1e-5);

    const CounterfactualSizes& s;
    const CounterfactualArrays<T>& x;
    const int width;         // embedding, padded
    const int action_width;  // actions, padded
    Block<T> first, first_bias, second;
    Block<T> common;       // z
    Block<T> activations;  // [agents,actions,width]: ELU of the hidden layer of Q(i,j)
    Block<T> sums;         // [actions,lanes]
    Block<T> values;       // [agents,action_width]: Q(i,j)
    Block<T> shares;       // [agents,action_width]: mu
    Block<T> behaviour;    // [action_width]: beta
    Block<T> differences;  // [actions]: q_i(j) - q_i(a_i) of one agent
    Block<T> first_gradient, common_gradient, second_gradient, values_gradient;

    static long cells(int rows, int columns) { return static_cast<long>(rows) * columns; }

    long agent_row(int step, int i) const { return static_cast<long>(step) * s.agents + i; }

    const T* own_values(int step, int i) const { return x.values + agent_row(step, i) * s.actions; }

    const uint8_t* own_actions(int step, int i) const {
        return x.available + agent_row(step, i) * s.actions;
    }

    void load(int step) {
        const T* weights = x.first + agent_row(step, 0) * s.embedding;
        for (int i = 0; i < s.agents; ++i) {
            std::memcpy(first.get() + cells(i, width), weights + cells(i, s.embedding),
                        s.embedding * sizeof(T));
        }
        const long at = static_cast<long>(step) * s.embedding;
        std::memcpy(first_bias.get(), x.first_bias + at, s.embedding * sizeof(T));
        std::memcpy(second.get(), x.second + at, s.embedding * sizeof(T));
    }

    static Vec<T> elu(Vec<T> value) {
        const Vec<T> zero = {};
        return value > zero ? value : exponential<T>(value) - 1;
    }

    // ELU's derivative from its value.
    static Vec<T> slope(Vec<T> activation) {
        const Vec<T> one = Vec<T>{} + 1;
        return activation < Vec<T>{} ? activation + 1 : one;
    }

    // z, and the joint value of the data's actions.
    T mix(int step) {
        Vec<T> sum = {};
        for (int v = 0; v < width; v += kLanes<T>) {
            Vec<T> value = *vectors(first_bias.get() + v);
            for (int i = 0; i < s.agents; ++i) {
                value += chosen_value(step, i) * *vectors(first.get() + cells(i, width) + v);
            }
            *vectors(common.get() + v) = value;
            sum += elu(value) * *vectors(second.get() + v);
        }
        return add_lanes<T, VECTOR_BYTES>(sum) + x.second_bias[step];
    }

    T chosen_value(int step, int i) const {
        return own_values(step, i)[x.chosen[agent_row(step, i)]];
    }

    // Q(i,j) of all available actions j of an agent.
    void vary(int step, int i) {
        const T* own = own_values(step, i);
        const uint8_t* available = own_actions(step, i);
        const T chosen = chosen_value(step, i);
        for (int j = 0; j < s.actions; ++j) {
            differences.get()[j] = own[j] - chosen;
        }
        std::memset(sums.get(), 0, cells(s.actions, kLanes<T>) * sizeof(T));
        T* hidden = activations.get() + cells(i * s.actions, width);
        for (int v = 0; v < width; v += kLanes<T>) {
            const Vec<T> base = *vectors(common.get() + v);
            const Vec<T> direction = *vectors(first.get() + cells(i, width) + v);
            const Vec<T> out = *vectors(second.get() + v);
            for (int j = 0; j < s.actions; ++j) {
                if (available[j] != 0) {
                    const Vec<T> value = elu(base + differences.get()[j] * direction);
                    *vectors(hidden + cells(j, width) + v) = value;
                    vectors(sums.get())[j] += value * out;
                }
            }
        }
        T* q = values.get() + cells(i, action_width);
        for (int j = 0; j < s.actions; ++j) {
            q[j] = available[j] != 0
                       ? add_lanes<T, VECTOR_BYTES>(vectors(sums.get())[j]) + x.second_bias[step]
                       : kUnavailable;
        }
        if (x.counterfactual != nullptr) {
            std::memcpy(x.counterfactual + agent_row(step, i) * s.actions, q,
                        s.actions * sizeof(T));
        }
    }

    // Log-sum-exp and softmax of one agent's values.
    void soft_maximum(int step, int i) {
        const T* q = values.get() + cells(i, action_width);
        T* share = shares.get() + cells(i, action_width);
        x.lse[agent_row(step, i)] = softmax(q, share);
        if (s.weighing != WEIGHTS_UNIFORM) {
            x.divergence[agent_row(step, i)] = divergence(step, i, share);
        }
    }

    // Returns the log-sum-exp of the first `actions` entries. `out` may be `in`.
    T softmax(const T* in, T* out) {
        T largest = in[0];
        for (int j = 1; j < s.actions; ++j) {
            // Written so that a NaN becomes the largest.
            largest = in[j] <= largest ? largest : in[j];
        }
        for (int v = 0; v < action_width; v += kLanes<T>) {
            *vectors(out + v) = exponential<T>(*vectors(in + v) - largest);
        }
        T sum = 0;
        for (int j = 0; j < s.actions; ++j) {
            sum += out[j];
        }
        for (int v = 0; v < action_width; v += kLanes<T>) {
            *vectors(out + v) /= sum;
        }
        return largest + std::log(sum);
    }

    T divergence(int step, int i, const T* share) {
        const uint8_t* available = own_actions(step, i);
        const T* logits = x.behaviour + agent_row(step, i) * s.actions;
        for (int j = 0; j < s.actions; ++j) {
            behaviour.get()[j] = available[j] != 0 ? logits[j] : kUnavailable;
        }
        softmax(behaviour.get(), behaviour.get());
        T sum = 0;
        for (int j = 0; j < s.actions; ++j) {
            if (available[j] != 0) {
                const T own = share[j] + kSmoothing;
                const T ratio = own / (behaviour.get()[j] + kSmoothing);
                sum += own * (s.ratio != 0 ? ratio : std::log(ratio));
            }
        }
        return sum;
    }

    void weigh(int step) {
        T* weights = x.weights + agent_row(step, 0);
        const T* deviation =
            s.weighing == WEIGHTS_UNIFORM ? nullptr : x.divergence + agent_row(step, 0);
        const T tau = static_cast<T>(s.tau);
        int best = 0;
        for (int i = 1; deviation != nullptr && i < s.agents; ++i) {
            best = tau * deviation[i] <= tau * deviation[best] ? best : i;
        }
        T sum = 0;
        for (int i = 0; i < s.agents; ++i) {
            switch (s.weighing) {
                case WEIGHTS_SOFTMAX:
                    weights[i] = std::exp(tau * deviation[i] - tau * deviation[best]);
                    break;
                case WEIGHTS_ARGMAX:
                    weights[i] = i == best ? 1 : 0;
                    break;
                default:
                    weights[i] = 1;
            }
            sum += weights[i];
        }
        T weighted = 0;
        for (int i = 0; i < s.agents; ++i) {
            weights[i] /= sum;
            weighted += weights[i] * x.lse[agent_row(step, i)];
        }
        x.weighted[step] = weighted;
    }

    void backward(int step, T joint) {
        const T pushed = static_cast<T>(s.scale * s.alpha);
        const T of_joint = static_cast<T>(s.scale) * (joint - x.target[step]) - pushed;
        joint_backward(of_joint);
        std::memset(values_gradient.get(), 0, cells(s.agents, s.actions) * sizeof(T));
        T bias = of_joint;
        for (int i = 0; i < s.agents; ++i) {
            const T of_lse = pushed * x.weights[agent_row(step, i)];
            bias += counterfactuals_backward(step, i, of_lse);
        }
        x.second_bias_gradient[step] = bias;
        common_backward(step);
        store(step);
    }

    // d joint to z and to the second layer: the first term of their gradients.
    void joint_backward(T of_joint) {
        for (int v = 0; v < width; v += kLanes<T>) {
            const Vec<T> activation = elu(*vectors(common.get() + v));
            *vectors(common_gradient.get() + v) =
                of_joint * *vectors(second.get() + v) * slope(activation);
            *vectors(second_gradient.get() + v) = of_joint * activation;
        }
    }

    // Returns the share of the second layer's bias.
    T counterfactuals_backward(int step, int i, T of_lse) {
        const uint8_t* available = own_actions(step, i);
        const T* own = own_values(step, i);
        const T chosen = chosen_value(step, i);
        T* share = shares.get() + cells(i, action_width);
        T bias = 0;
        for (int j = 0; j < s.actions; ++j) {
            differences.get()[j] = own[j] - chosen;
            share[j] = available[j] != 0 ? share[j] * of_lse : 0;
            bias += share[j];
        }
        std::memset(sums.get(), 0, cells(s.actions, kLanes<T>) * sizeof(T));
        const T* hidden = activations.get() + cells(i * s.actions, width);
        for (int v = 0; v < width; v += kLanes<T>) {
            const Vec<T> direction = *vectors(first.get() + cells(i, width) + v);
            const Vec<T> out = *vectors(second.get() + v);
            Vec<T> of_common = {};
            Vec<T> of_first = {};
            Vec<T> of_second = {};
            for (int j = 0; j < s.actions; ++j) {
                if (available[j] != 0) {
                    const Vec<T> activation = *vectors(hidden + cells(j, width) + v);
                    const Vec<T> of_hidden = share[j] * out * slope(activation);
                    of_second += share[j] * activation;
                    of_common += of_hidden;
                    of_first += differences.get()[j] * of_hidden;
                    vectors(sums.get())[j] += of_hidden * direction;
                }
            }
            *vectors(common_gradient.get() + v) += of_common;
            *vectors(first_gradient.get() + cells(i, width) + v) = of_first;
            *vectors(second_gradient.get() + v) += of_second;
        }
        T* gradient = values_gradient.get() + cells(i, s.actions);
        for (int j = 0; j < s.actions; ++j) {
            if (available[j] != 0) {
                const T of_difference = add_lanes<T, VECTOR_BYTES>(vectors(sums.get())[j]);
                gradient[j] += of_difference;
                gradient[x.chosen[agent_row(step, i)]] -= of_difference;
            }
        }
        return bias;
    }

    // z to the chosen values and to the first layer.
    void common_backward(int step) {
        for (int i = 0; i < s.agents; ++i) {
            const T chosen = chosen_value(step, i);
            Vec<T> sum = {};
            for (int v = 0; v < width; v += kLanes<T>) {
                const Vec<T> of_common = *vectors(common_gradient.get() + v);
                sum += of_common * *vectors(first.get() + cells(i, width) + v);
                *vectors(first_gradient.get() + cells(i, width) + v) += chosen * of_common;
            }
            values_gradient.get()[cells(i, s.actions) + x.chosen[agent_row(step, i)]] +=
                add_lanes<T, VECTOR_BYTES>(sum);
        }
    }

    void store(int step) {
        std::memcpy(x.values_gradient + agent_row(step, 0) * s.actions, values_gradient.get(),
                    cells(s.agents, s.actions) * sizeof(T));
        T* out = x.first_gradient + agent_row(step, 0) * s.embedding;
        for (int i = 0; i < s.agents; ++i) {
            std::memcpy(out + cells(i, s.embedding), first_gradient.get() + cells(i, width),
                        s.embedding * sizeof(T));
        }
        const long at = static_cast<long>(step) * s.embedding;
        std::memcpy(x.first_bias_gradient + at, common_gradient.get(), s.embedding * sizeof(T));
        std::memcpy(x.second_gradient + at, second_gradient.get(), s.embedding * sizeof(T));
    }
};
