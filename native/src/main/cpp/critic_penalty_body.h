// The kernel of critic_penalty.h, for one instruction set: included inside its namespace.
#pragma once

#include "critic_head.h"
#include "matrix_product.h"
#include "normalised_inputs.h"
#include "row_normalisation.h"

// kPerRow: layer normalisation, whose means and deviations are those of the single rows.
template <typename T, bool kPerRow>
class Penalty {
  public:
    Penalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<T>& arrays)
        : s(sizes),
          x(arrays),
          width(padded(sizes.hidden, kLanes<T>)),
          rows_per_state(sizes.groups * sizes.agents * sizes.samples),
          tile_states(std::max(1, kTileRows / rows_per_state)),
          tile_rows(tile_states * rows_per_state),
          inputs(sizes, arrays),
          head(sizes),
          base(static_cast<long>(tile_states) * width),
          hidden1(static_cast<long>(tile_rows) * width),
          hidden2(static_cast<long>(tile_rows) * width),
          gradient1(static_cast<long>(tile_rows) * width),
          values(tile_rows),
          state_gradient(static_cast<long>(s.batch) * width),
          row_gradient(static_cast<long>(s.agents + 1) * width) {}

    void run() {
        const bool differentiate = x.gradients.weight2 != nullptr;
        for (int h = 0; h < 2; ++h) {
            head.load(h, x.critic);
            for (int first = 0; first < s.batch; first += tile_states) {
                const int states = std::min(tile_states, s.batch - first);
                forward(first, states);
                log_sum_exp(h, first, states);
                if (differentiate) {
                    backward(first, states);
                }
            }
            if (differentiate) {
                matrix_product<T, Start::kAdd>(s.state_size, width, s.batch, inputs.state_of(0), 1,
                                               s.state_size, state_gradient.get(), width,
                                               head.weight1_gradient.get(), width,
                                               head.bias1.get());
                head.add_gradients(h, x.critic, x.gradients);
            }
        }
    }

  private:
    // Rows of a tile: large enough to amortise the loads of the weight gradient, small enough
    // that the two activations of a tile stay in the cache nearest to the core.
    static constexpr int kTileRows = 64;

    const CriticPenaltySizes& s;
    const CriticPenaltyArrays<T>& x;
    const int width;  // h, padded
    const int rows_per_state;
    const int tile_states;
    const int tile_rows;
    const NormalisedInputs<T> inputs;
    Head<T> head;
    Block<T> base, hidden1, hidden2, gradient1, values;  // of one tile
    // d penalty / d first products: [batch,width], summed over the rows of a state
    Block<T> state_gradient;
    Block<T> row_gradient;  // [agents+1,width]: the same of one group per agent, and their sum

    void forward(int first, int states) {
        constexpr Start kStart = kPerRow ? Start::kZero : Start::kBias;
        matrix_product<T, kStart>(states, width, s.state_size, inputs.state_of(first), s.state_size,
                                  1, head.weight1.get(), width, base.get(), width,
                                  head.bias1.get());
        T* rows = hidden1.get();
        for (int b = 0; b < states; ++b) {
            for (int g = 0; g < s.groups; ++g) {
                for (int i = 0; i < s.agents; ++i) {
                    first_layer(g, first + b, i, base.get() + static_cast<long>(b) * width, rows);
                    rows += static_cast<long>(s.samples) * width;
                }
            }
        }
        const int m = states * rows_per_state;
        matrix_product<T, Start::kBias>(m, width, s.hidden, hidden1.get(), width, 1,
                                        head.weight2.get(), width, hidden2.get(), width,
                                        head.bias2.get());
        for (int r = 0; r < m; ++r) {
            Vec<T>* row = vectors(hidden2.get() + static_cast<long>(r) * width);
            Vec<T> sum = {};
            for (int v = 0; v < width / kLanes<T>; ++v) {
                const Vec<T> value = rectify(row[v]);
                row[v] = value;
                sum += value * vectors(head.weight3.get())[v];
            }
            values.get()[r] = add_lanes<T, VECTOR_BYTES>(sum) + head.bias3;
        }
    }

    // Rows (g, b, i, all k): only component i differs between them, and from the base.
    void first_layer(int g, int b, int i, const T* base_row, T* rows) {
        const T* other = inputs.others_of(g, b);
        const T* own = inputs.sampled_of(g, b, i);
        const T* own_weight = head.action_weight(i);
        const RowStatistics<T>* statistics = kPerRow ? inputs.rows_of(g, b, i) : nullptr;
        for (int v = 0; v < width; v += kLanes<T>) {
            const RowForward<T, kPerRow> from_products = {
                statistics, *vectors(head.weight_sum.get() + v), *vectors(head.bias1.get() + v)};
            Vec<T> shared = *vectors(base_row + v);
            for (int j = 0; j < s.agents; ++j) {
                if (j != i) {
                    const T* weight = head.action_weight(j) + v;
                    for (int c = 0; c < s.action_size; ++c) {
                        shared += other[j * s.action_size + c] *
                                  *vectors(weight + static_cast<long>(c) * width);
                    }
                }
            }
            switch (s.action_size) {
                case 1:
                    replaced_forward<1>(shared, own, own_weight + v, from_products, rows + v);
                    break;
                case 2:
                    replaced_forward<2>(shared, own, own_weight + v, from_products, rows + v);
                    break;
                case 3:
                    replaced_forward<3>(shared, own, own_weight + v, from_products, rows + v);
                    break;
                default:
                    replaced_forward(shared, own, own_weight + v, from_products, rows + v);
            }
        }
    }

    // One vector of units; the weights of the component stay in registers.
    template <int kActions>
    void replaced_forward(Vec<T> shared, const T* own, const T* own_weight,
                          RowForward<T, kPerRow> from_products, T* rows) {
        Vec<T> weight[kActions];
        for (int c = 0; c < kActions; ++c) {
            weight[c] = *vectors(own_weight + static_cast<long>(c) * width);
        }
        for (int k = 0; k < s.samples; ++k) {
            Vec<T> sum = shared;
            for (int c = 0; c < kActions; ++c) {
                sum += own[k * kActions + c] * weight[c];
            }
            *vectors(rows + static_cast<long>(k) * width) = rectify(from_products(k, sum));
        }
    }

    void replaced_forward(Vec<T> shared, const T* own, const T* own_weight,
                          RowForward<T, kPerRow> from_products, T* rows) {
        for (int k = 0; k < s.samples; ++k) {
            Vec<T> sum = shared;
            for (int c = 0; c < s.action_size; ++c) {
                sum += own[k * s.action_size + c] *
                       *vectors(own_weight + static_cast<long>(c) * width);
            }
            *vectors(rows + static_cast<long>(k) * width) = rectify(from_products(k, sum));
        }
    }

    // A NaN stays a NaN, as in LibTorch.
    static Vec<T> rectify(Vec<T> value) {
        const Vec<T> zero = {};
        return zero > value ? zero : value;
    }

    // Replaces the values of the tile by d (gradient_scale * penalty) / d value.
    void log_sum_exp(int h, int first, int states) {
        for (int b = 0; b < states; ++b) {
            T* of_state = values.get() + static_cast<long>(b) * rows_per_state;
            for (int g = 0; g < s.groups; ++g) {
                correct(h, g, first + b, of_state + static_cast<long>(g) * s.agents * s.samples);
            }
            for (int i = 0; i < s.agents; ++i) {
                soft_maximum(h, first + b, i, of_state + static_cast<long>(i) * s.samples);
            }
        }
    }

    void correct(int h, int g, int b, T* rows) {
        const int count = s.agents * s.samples;
        const long at = (static_cast<long>(g) * s.batch + b) * count;
        for (int r = 0; r < count; ++r) {
            rows[r] -= s.density_per_sample != 0 ? x.log_density[at + r] : x.log_density[g];
        }
        if (x.corrected != nullptr) {
            const long total = static_cast<long>(s.groups) * s.batch * count;
            std::memcpy(x.corrected + h * total + at, rows, count * sizeof(T));
        }
    }

    void soft_maximum(int h, int b, int i, T* rows) {
        const T temperature = static_cast<T>(s.temperature);
        const int stride = s.agents * s.samples;
        T largest = rows[0];
        for (int g = 0; g < s.groups; ++g) {
            for (int k = 0; k < s.samples; ++k) {
                // Written so that a NaN becomes the largest.
                const T value = rows[g * stride + k];
                largest = value <= largest ? largest : value;
            }
        }
        T sum = 0;
        for (int g = 0; g < s.groups; ++g) {
            for (int k = 0; k < s.samples; ++k) {
                T& value = rows[g * stride + k];
                value = std::exp((value - largest) / temperature);
                sum += value;
            }
        }
        const long at = static_cast<long>(b) * s.agents + i;
        x.lse[static_cast<long>(h) * s.batch * s.agents + at] =
            largest + temperature * std::log(sum);
        const T factor =
            static_cast<T>(s.gradient_scale / s.batch * static_cast<double>(x.weights[at])) / sum;
        for (int g = 0; g < s.groups; ++g) {
            for (int k = 0; k < s.samples; ++k) {
                rows[g * stride + k] *= factor;
            }
        }
    }

    void backward(int first, int states) {
        const int m = states * rows_per_state;
        last_layer_backward(m);
        matrix_product<T, Start::kAdd>(s.hidden, width, m, hidden2.get(), 1, width, hidden1.get(),
                                       width, head.weight2_gradient.get(), width, head.bias1.get());
        matrix_product<T, Start::kZero>(m, width, s.hidden, hidden2.get(), width, 1,
                                        head.weight2_in.get(), width, gradient1.get(), width,
                                        head.bias1.get());
        first_layer_backward(first, states);
    }

    void last_layer_backward(int m) {
        for (int v = 0; v < width; v += kLanes<T>) {
            const Vec<T> out = *vectors(head.weight3.get() + v);
            Vec<T> weight_sum = {};
            Vec<T> bias_sum = {};
            for (int r = 0; r < m; ++r) {
                Vec<T>& cell = *vectors(hidden2.get() + static_cast<long>(r) * width + v);
                const T upstream = values.get()[r];
                weight_sum += upstream * cell;
                cell = positive_part_gradient(cell, upstream * out);
                bias_sum += cell;
            }
            *vectors(head.weight3_gradient.get() + v) += weight_sum;
            *vectors(head.bias2_gradient.get() + v) += bias_sum;
        }
        head.bias3_gradient += std::accumulate(values.get(), values.get() + m, T(0));
    }

    static Vec<T> positive_part_gradient(Vec<T> activation, Vec<T> gradient) {
        const Vec<T> zero = {};
        return activation > zero ? gradient : zero;
    }

    void first_layer_backward(int first, int states) {
        const T* activation = hidden1.get();
        T* gradient = gradient1.get();
        const long step = static_cast<long>(s.samples) * width;
        for (int b = 0; b < states; ++b) {
            T* of_state = state_gradient.get() + static_cast<long>(first + b) * width;
            std::memset(of_state, 0, width * sizeof(T));
            for (int g = 0; g < s.groups; ++g) {
                for (int i = 0; i < s.agents; ++i) {
                    sampled_backward(g, first + b, i, activation, gradient);
                    activation += step;
                    gradient += step;
                }
                others_backward(g, first + b, of_state);
            }
        }
    }

    // Masks the gradient of the rows (g, b, i, all k), sums it over k, and adds the share of the
    // replaced component to the weight gradient.
    void sampled_backward(int g, int b, int i, const T* activation, T* gradient) {
        const T* own = inputs.sampled_of(g, b, i);
        const RowStatistics<T>* statistics = kPerRow ? inputs.rows_of(g, b, i) : nullptr;
        switch (s.action_size) {
            case 1:
                replaced_backward<1>(i, own, statistics, activation, gradient);
                break;
            case 2:
                replaced_backward<2>(i, own, statistics, activation, gradient);
                break;
            case 3:
                replaced_backward<3>(i, own, statistics, activation, gradient);
                break;
            default:
                replaced_backward(i, own, statistics, activation, gradient);
        }
    }

    // The sums of one vector of units stay in registers.
    template <int kActions>
    void replaced_backward(int i, const T* own, const RowStatistics<T>* statistics,
                           const T* activation, const T* gradient) {
        T* agent_sum = row_gradient.get() + static_cast<long>(i) * width;
        for (int v = 0; v < width; v += kLanes<T>) {
            RowBackward<T, kPerRow> to_products = {statistics};
            Vec<T> sum = {};
            Vec<T> share[kActions] = {};
            for (int k = 0; k < s.samples; ++k) {
                const long at = static_cast<long>(k) * width + v;
                const Vec<T> masked = to_products(
                    k, positive_part_gradient(*vectors(activation + at), *vectors(gradient + at)));
                sum += masked;
                for (int c = 0; c < kActions; ++c) {
                    share[c] += own[k * kActions + c] * masked;
                }
            }
            *vectors(agent_sum + v) = sum;
            to_products.add_to(*vectors(head.weight_sum_gradient.get() + v),
                               *vectors(head.bias1_gradient.get() + v));
            for (int c = 0; c < kActions; ++c) {
                *vectors(head.action_gradient(i) + static_cast<long>(c) * width + v) += share[c];
            }
        }
    }

    void replaced_backward(int i, const T* own, const RowStatistics<T>* statistics,
                           const T* activation, T* gradient) {
        T* agent_sum = row_gradient.get() + static_cast<long>(i) * width;
        for (int v = 0; v < width; v += kLanes<T>) {
            RowBackward<T, kPerRow> to_products = {statistics};
            Vec<T> sum = {};
            for (int k = 0; k < s.samples; ++k) {
                const long at = static_cast<long>(k) * width + v;
                const Vec<T> masked = to_products(
                    k, positive_part_gradient(*vectors(activation + at), *vectors(gradient + at)));
                *vectors(gradient + at) = masked;
                sum += masked;
            }
            *vectors(agent_sum + v) = sum;
            to_products.add_to(*vectors(head.weight_sum_gradient.get() + v),
                               *vectors(head.bias1_gradient.get() + v));
        }
        matrix_product<T, Start::kAdd>(s.action_size, width, s.samples, own, 1, s.action_size,
                                       gradient, width, head.action_gradient(i), width,
                                       head.bias1.get());
    }

    // The components that are not replaced, and what all rows share.
    void others_backward(int g, int b, T* of_state) {
        const T* other = inputs.others_of(g, b);
        T* total = row_gradient.get() + static_cast<long>(s.agents) * width;
        std::memset(total, 0, width * sizeof(T));
        for (int i = 0; i < s.agents; ++i) {
            for (int v = 0; v < width; v += kLanes<T>) {
                *vectors(total + v) +=
                    *vectors(row_gradient.get() + static_cast<long>(i) * width + v);
            }
        }
        for (int v = 0; v < width; v += kLanes<T>) {
            *vectors(of_state + v) += *vectors(total + v);
            if constexpr (!kPerRow) {
                *vectors(head.bias1_gradient.get() + v) += *vectors(total + v);
            }
        }
        if (s.agents == 1) {
            return;
        }
        for (int j = 0; j < s.agents; ++j) {
            for (int v = 0; v < width; v += kLanes<T>) {
                const Vec<T> share =
                    *vectors(total + v) -
                    *vectors(row_gradient.get() + static_cast<long>(j) * width + v);
                for (int c = 0; c < s.action_size; ++c) {
                    *vectors(head.action_gradient(j) + static_cast<long>(c) * width + v) +=
                        other[j * s.action_size + c] * share;
                }
            }
        }
    }
};

template <typename T>
class CriticPenalty {
  public:
    CriticPenalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<T>& arrays)
        : s(sizes), x(arrays) {}

    void run() {
        if (s.normalisation == InputNormalisation::kLayer) {
            Penalty<T, true>(s, x).run();
        } else {
            Penalty<T, false>(s, x).run();
        }
    }

  private:
    const CriticPenaltySizes& s;
    const CriticPenaltyArrays<T>& x;
};
