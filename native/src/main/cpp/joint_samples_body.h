// The kernel of joint_samples.h, for one instruction set: included inside its namespace.
#pragma once

#include "block.h"
#include "exponential.h"
#include "matrix_product.h"

// One step after the other. Columns are joint actions, one per lane: column 0 is that of the data,
// the samples follow. Samples that count as a constant get no column, unless they are reported.
template <typename T>
class JointSamples {
  public:
    JointSamples(const JointSampleSizes& sizes, const JointSampleArrays<T>& arrays)
        : s(sizes),
          x(arrays),
          width(padded(sizes.samples + 1, kLanes<T>)),
          picked(cells(s.agents, width)),
          picked_gradient(cells(s.agents, width)),
          picked_actions(cells(s.agents, width)),
          order(s.actions),
          activations(cells(s.embedding, width)),
          values(width),
          valid(width),
          gradient(width),
          hidden_gradient(width) {}

    void run() {
        for (int step = 0; step < s.steps; ++step) {
            pick(step);
            mix(step);
            const T joint = values.get()[0];
            x.joint[step] = joint;
            if (x.sampled != nullptr) {
                report(step);
            }
            const T pushed = static_cast<T>(s.scale * s.alpha);
            soft_maximum(step, pushed);
            gradient.get()[0] = static_cast<T>(s.scale) * (joint - x.target[step]) - pushed;
            backward(step);
            scatter(step);
        }
    }

  private:
    const JointSampleSizes& s;
    const JointSampleArrays<T>& x;
    const int width;                // columns, padded
    Block<T> picked;                // q_i of the columns' actions [agents,width]
    Block<T> picked_gradient;       // the same
    Block<int32_t> picked_actions;  // [agents,width]
    Block<int32_t> order;           // available actions of one agent
    Block<T> activations;           // ELU of the hidden layer [embedding,width]
    Block<T> values, valid;         // Q and v [width]
    Block<T> gradient;              // to Q [width]
    Block<T> hidden_gradient;       // to one unit of the hidden layer [width]
    int columns = 0;                // in use
    int used = 0;                   // the same, padded
    T shift = 0;

    static long cells(int rows, int columns) { return static_cast<long>(rows) * columns; }

    long agent_row(int step, int i) const { return static_cast<long>(step) * s.agents + i; }

    long draw_row(int step, int k) const {
        return (static_cast<long>(k) * s.places + x.place[step]) * s.agents;
    }

    // Fills the columns of a step.
    void pick(int step) {
        for (int i = 0; i < s.agents; ++i) {
            put(step, i, 0, static_cast<int>(x.chosen[agent_row(step, i)]));
        }
        columns = 1;
        if (x.indices != nullptr) {
            pick_indices(step);
        } else {
            pick_available(step);
        }
        used = padded(columns, kLanes<T>);
        for (int i = 0; i < s.agents; ++i) {
            for (int c = columns; c < used; ++c) {
                picked.get()[cells(i, width) + c] = 0;
            }
        }
    }

    void put(int step, int i, int column, int action) {
        picked.get()[cells(i, width) + column] = x.values[agent_row(step, i) * s.actions + action];
        picked_actions.get()[cells(i, width) + column] = action;
    }

    void pick_indices(int step) {
        shift = 0;
        for (int k = 0; k < s.samples; ++k) {
            const int64_t* draw = x.indices + draw_row(step, k);
            bool allowed = true;
            for (int i = 0; i < s.agents; ++i) {
                const int64_t action = draw[i];
                if (action < 0 || action >= s.actions) {
                    throw std::invalid_argument("a sample lies outside of the task's actions");
                }
                allowed = allowed && x.available[agent_row(step, i) * s.actions + action] != 0;
                put(step, i, columns, static_cast<int>(action));
            }
            valid.get()[columns] = allowed ? 1 : 0;
            // An invalid sample's column is taken by the next.
            columns += allowed || x.sampled != nullptr ? 1 : 0;
        }
    }

    // The u-th part of an agent's k available actions, as the LibTorch path rounds it.
    void pick_available(int step) {
        shift = -std::log(static_cast<T>(s.samples));
        for (int i = 0; i < s.agents; ++i) {
            const uint8_t* available = x.available + agent_row(step, i) * s.actions;
            order.get()[0] = 0;
            int count = 0;
            for (int j = 0; j < s.actions; ++j) {
                order.get()[count] = available[j] != 0 ? j : order.get()[count];
                count += available[j] != 0 ? 1 : 0;
            }
            shift += std::log(static_cast<T>(count));
            for (int k = 0; k < s.samples; ++k) {
                const T share = (x.uniform[draw_row(step, k) + i] + 1) * static_cast<T>(0.5);
                const int rank = static_cast<int>(share * static_cast<T>(count));
                put(step, i, k + 1, order.get()[std::max(0, std::min(rank, count - 1))]);
            }
        }
        std::fill(valid.get(), valid.get() + s.samples + 1, static_cast<T>(1));
        columns = s.samples + 1;
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

    // Q of all columns.
    void mix(int step) {
        const T* first = x.first + agent_row(step, 0) * s.embedding;
        const long at = cells(step, s.embedding);
        for (int v = 0; v < used; v += kLanes<T>) {
            Vec<T> sum = Vec<T>{} + x.second_bias[step];
            for (int e = 0; e < s.embedding; ++e) {
                Vec<T> hidden = Vec<T>{} + x.first_bias[at + e];
                for (int i = 0; i < s.agents; ++i) {
                    hidden += first[cells(i, s.embedding) + e] *
                              *vectors(picked.get() + cells(i, width) + v);
                }
                const Vec<T> activation = elu(hidden);
                *vectors(activations.get() + cells(e, width) + v) = activation;
                sum += activation * x.second[at + e];
            }
            *vectors(values.get() + v) = sum;
        }
    }

    // All samples have a column.
    void report(int step) {
        const long at = cells(step, s.samples);
        std::copy(values.get() + 1, values.get() + columns, x.sampled + at);
        std::copy(valid.get() + 1, valid.get() + columns, x.valid + at);
    }

    // Log-sum-exp of the samples, and its gradient times `pushed`.
    void soft_maximum(int step, T pushed) {
        T* q = values.get();
        const int constant = s.samples + 1 - columns;  // samples that count as 0
        T largest = constant > 0 ? 0 : q[1] * valid.get()[1];
        for (int c = 1; c < columns; ++c) {
            q[c] *= valid.get()[c];
            // Written so that a NaN becomes the largest.
            largest = q[c] <= largest ? largest : q[c];
        }
        T* share = gradient.get();
        for (int v = 0; v < used; v += kLanes<T>) {
            *vectors(share + v) = exponential<T>(*vectors(q + v) - largest);
        }
        T sum = constant > 0 ? constant * std::exp(-largest) : 0;
        for (int c = 1; c < columns; ++c) {
            sum += share[c];
        }
        x.lse[step] = largest + std::log(sum) + shift;
        for (int c = 1; c < columns; ++c) {
            share[c] = share[c] / sum * valid.get()[c] * pushed;
        }
        std::fill(share + columns, share + used, static_cast<T>(0));
    }

    // To the mixer's weights and to the columns' values.
    void backward(int step) {
        const T* first = x.first + agent_row(step, 0) * s.embedding;
        T* first_gradient = x.first_gradient + agent_row(step, 0) * s.embedding;
        const long at = cells(step, s.embedding);
        std::memset(picked_gradient.get(), 0, cells(s.agents, width) * sizeof(T));
        Vec<T> of_bias = {};
        for (int v = 0; v < used; v += kLanes<T>) {
            of_bias += *vectors(gradient.get() + v);
        }
        x.second_bias_gradient[step] = add_lanes<T, VECTOR_BYTES>(of_bias);
        for (int e = 0; e < s.embedding; ++e) {
            const T out = x.second[at + e];
            Vec<T> of_second = {};
            Vec<T> of_hidden_bias = {};
            for (int v = 0; v < used; v += kLanes<T>) {
                const Vec<T> activation = *vectors(activations.get() + cells(e, width) + v);
                const Vec<T> of_value = *vectors(gradient.get() + v);
                const Vec<T> of_hidden = of_value * out * slope(activation);
                of_second += of_value * activation;
                of_hidden_bias += of_hidden;
                *vectors(hidden_gradient.get() + v) = of_hidden;
            }
            x.second_gradient[at + e] = add_lanes<T, VECTOR_BYTES>(of_second);
            x.first_bias_gradient[at + e] = add_lanes<T, VECTOR_BYTES>(of_hidden_bias);
            for (int i = 0; i < s.agents; ++i) {
                const long entry = cells(i, s.embedding) + e;
                first_gradient[entry] = hidden_backward(i, first[entry]);
            }
        }
    }

    // One unit of the hidden layer to an agent's values; returns the gradient to their weight.
    T hidden_backward(int i, T weight) {
        const T* own = picked.get() + cells(i, width);
        T* own_gradient = picked_gradient.get() + cells(i, width);
        Vec<T> sum = {};
        for (int v = 0; v < used; v += kLanes<T>) {
            const Vec<T> of_hidden = *vectors(hidden_gradient.get() + v);
            sum += of_hidden * *vectors(own + v);
            *vectors(own_gradient + v) += of_hidden * weight;
        }
        return add_lanes<T, VECTOR_BYTES>(sum);
    }

    // To the values of all actions.
    void scatter(int step) {
        for (int i = 0; i < s.agents; ++i) {
            T* out = x.values_gradient + agent_row(step, i) * s.actions;
            std::fill(out, out + s.actions, static_cast<T>(0));
            const T* own = picked_gradient.get() + cells(i, width);
            const int32_t* actions = picked_actions.get() + cells(i, width);
            for (int c = 0; c < columns; ++c) {
                out[actions[c]] += own[c];
            }
        }
    }
};
