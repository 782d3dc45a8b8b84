// The kernel of critic_penalty.h, for one instruction set: included inside its namespace.

#include "matrix_product.h"

// Vectors of h elements are padded with zeros to a whole number of vector registers, so no loop has
// a tail; zero weights keep the padding at zero.
inline int padded(int size, int lanes) {
    return (size + lanes - 1) / lanes * lanes;
}

// Memory of one call. Blocks are aligned to a cache line and start at zero.
template <typename T>
class Block {
  public:
    explicit Block(long size)
        : data_(static_cast<T*>(std::aligned_alloc(64, (size * sizeof(T) + 63) / 64 * 64 + 64))) {
        if (data_ == nullptr) {
            throw std::bad_alloc();
        }
        std::memset(data_, 0, size * sizeof(T));
    }
    ~Block() { std::free(data_); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    T* get() { return data_; }
    const T* get() const { return data_; }

  private:
    T* data_;
};

// Mean and 1/sqrt(biased variance + epsilon) of columns, from sums over weighted rows.
struct ColumnStatistics {
    std::vector<double> mean;
    std::vector<double> inverse;

    explicit ColumnStatistics(int columns) : mean(columns, 0.0), inverse(columns, 0.0) {}

    void finish(double epsilon, double rows) {
        for (double& value : inverse) {
            value = 1.0 / std::sqrt(value / rows + epsilon);
        }
    }
};

// Sum over rows of (x - shift)^power, into sums[columns].
template <typename T, int kPower>
void column_sums(const T* x, long rows, int columns, long row_stride, const double* shift,
                 double* sums) {
    for (long r = 0; r < rows; ++r) {
        const T* row = x + r * row_stride;
        for (int c = 0; c < columns; ++c) {
            const double value = static_cast<double>(row[c]) - shift[c];
            sums[c] += kPower == 1 ? value : value * value;
        }
    }
}

template <typename T>
void normalise(const T* x, long rows, int columns, const ColumnStatistics& statistics, T* out) {
    for (long r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c) {
            out[r * columns + c] =
                static_cast<T>((static_cast<double>(x[r * columns + c]) - statistics.mean[c]) *
                               statistics.inverse[c]);
        }
    }
}

template <typename T>
class Penalty {
  public:
    Penalty(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<T>& arrays)
        : s(sizes),
          x(arrays),
          joint(sizes.agents * sizes.action_size),
          inputs(sizes.state_size + joint),
          width(padded(sizes.hidden, kLanes<T>)),
          rows_per_state(sizes.groups * sizes.agents * sizes.samples),
          tile_states(std::max(1, kTileRows / rows_per_state)),
          tile_rows(tile_states * rows_per_state),
          state(static_cast<long>(s.batch) * s.state_size),
          others(static_cast<long>(s.groups) * s.batch * joint),
          sampled(static_cast<long>(s.groups) * s.batch * joint * s.samples),
          weight1(static_cast<long>(inputs) * width),
          bias1(width),
          weight2(static_cast<long>(width) * width),
          weight2_in(static_cast<long>(width) * width),
          bias2(width),
          weight3(width),
          base(static_cast<long>(tile_states) * width),
          hidden1(static_cast<long>(tile_rows) * width),
          hidden2(static_cast<long>(tile_rows) * width),
          gradient1(static_cast<long>(tile_rows) * width),
          values(tile_rows),
          state_gradient(static_cast<long>(s.batch) * width),
          row_gradient(static_cast<long>(s.agents + 1) * width),
          weight1_gradient(static_cast<long>(inputs) * width),
          bias1_gradient(width),
          weight2_gradient(static_cast<long>(width) * width),
          bias2_gradient(width),
          weight3_gradient(width) {}

    void run() {
        normalise_inputs();
        for (int head = 0; head < 2; ++head) {
            pack(head);
            for (int first = 0; first < s.batch; first += tile_states) {
                const int states = std::min(tile_states, s.batch - first);
                forward(first, states);
                log_sum_exp(head, first, states);
                if (x.gradients.weight2 != nullptr) {
                    backward(first, states);
                }
            }
            if (x.gradients.weight2 != nullptr) {
                unpack(head);
            }
        }
    }

  private:
    // Rows of a tile: large enough to amortise the loads of the weight gradient, small enough
    // that the two activations of a tile stay in the cache nearest to the core.
    static constexpr int kTileRows = 64;

    const CriticPenaltySizes& s;
    const CriticPenaltyArrays<T>& x;
    const int joint;   // n d
    const int inputs;  // D
    const int width;   // h, padded
    const int rows_per_state;
    const int tile_states;
    const int tile_rows;
    Block<T> state, others, sampled;                               // normalised inputs
    Block<T> weight1, bias1, weight2, weight2_in, bias2, weight3;  // of one head
    Block<T> base, hidden1, hidden2, gradient1, values;            // of one tile
    Block<T>
        state_gradient;     // [batch,width]: d penalty / d pre-activation 1, summed over rows of b
    Block<T> row_gradient;  // [agents+1,width]: the same per agent, and their sum
    Block<T> weight1_gradient, bias1_gradient, weight2_gradient, bias2_gradient, weight3_gradient;
    T bias3 = 0;
    T bias3_gradient = 0;

    // A group is one call of the critic: state columns have the statistics of the batch (each row
    // occurs agents * samples times), action columns those of all rows of the group.
    void normalise_inputs() {
        const std::vector<double> zero(std::max(inputs, joint) + 1, 0.0);
        ColumnStatistics columns(s.state_size);
        column_sums<T, 1>(x.state, s.batch, s.state_size, s.state_size, zero.data(),
                          columns.mean.data());
        for (double& mean : columns.mean) {
            mean /= s.batch;
        }
        column_sums<T, 2>(x.state, s.batch, s.state_size, s.state_size, columns.mean.data(),
                          columns.inverse.data());
        columns.finish(s.epsilon, s.batch);
        normalise(x.state, s.batch, s.state_size, columns, state.get());
        const long group_others = static_cast<long>(s.batch) * joint;
        for (int g = 0; g < s.groups; ++g) {
            normalise_actions(x.others + g * group_others, x.sampled + g * group_others * s.samples,
                              others.get() + g * group_others,
                              sampled.get() + g * group_others * s.samples, zero);
        }
    }

    void normalise_actions(const T* from_others, const T* from_sampled, T* to_others, T* to_sampled,
                           const std::vector<double>& zero) {
        const double rows = static_cast<double>(s.batch) * s.agents * s.samples;
        const double repeats = static_cast<double>(s.agents - 1) * s.samples;
        ColumnStatistics columns(joint);
        std::vector<double> of_others(joint, 0.0);
        column_sums<T, 1>(from_others, s.batch, joint, joint, zero.data(), of_others.data());
        sample_sums<1>(from_sampled, zero.data(), columns.mean.data());
        for (int c = 0; c < joint; ++c) {
            columns.mean[c] = (columns.mean[c] + repeats * of_others[c]) / rows;
            of_others[c] = 0.0;
        }
        column_sums<T, 2>(from_others, s.batch, joint, joint, columns.mean.data(),
                          of_others.data());
        sample_sums<2>(from_sampled, columns.mean.data(), columns.inverse.data());
        for (int c = 0; c < joint; ++c) {
            columns.inverse[c] += repeats * of_others[c];
        }
        columns.finish(s.epsilon, rows);
        normalise(from_others, s.batch, joint, columns, to_others);
        normalise_samples(from_sampled, columns, to_sampled);
    }

    // Samples are [batch, agents, samples, d]: the columns of agent i are those of its samples.
    template <int kPower>
    void sample_sums(const T* from, const double* shift, double* sums) {
        const long per_agent = static_cast<long>(s.samples) * s.action_size;
        for (int b = 0; b < s.batch; ++b) {
            for (int i = 0; i < s.agents; ++i) {
                column_sums<T, kPower>(from + (static_cast<long>(b) * s.agents + i) * per_agent,
                                       s.samples, s.action_size, s.action_size,
                                       shift + i * s.action_size, sums + i * s.action_size);
            }
        }
    }

    void normalise_samples(const T* from, const ColumnStatistics& columns, T* to) {
        const long rows = static_cast<long>(s.batch) * s.agents;
        long at = 0;
        for (long row = 0; row < rows; ++row) {
            const double* mean = columns.mean.data() + row % s.agents * s.action_size;
            const double* inverse = columns.inverse.data() + row % s.agents * s.action_size;
            for (int k = 0; k < s.samples; ++k) {
                for (int c = 0; c < s.action_size; ++c, ++at) {
                    to[at] = static_cast<T>((from[at] - mean[c]) * inverse[c]);
                }
            }
        }
    }

    // Weights of one head, laid out for the products; the scale and shift of the normalisation are
    // folded into the first layer.
    void pack(int head) {
        const TwinCritic<const T>& p = x.critic;
        for (int o = 0; o < s.hidden; ++o) {
            const T* row = p.weight1 + (static_cast<long>(head) * s.hidden + o) * inputs;
            double shift = p.bias1[head * s.hidden + o];
            for (int c = 0; c < inputs; ++c) {
                weight1.get()[static_cast<long>(c) * width + o] = row[c] * p.norm_scale[c];
                shift += static_cast<double>(row[c]) * p.norm_shift[c];
            }
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

    const T* others_of(int g, int b) const {
        return others.get() + (static_cast<long>(g) * s.batch + b) * joint;
    }

    const T* sampled_of(int g, int b, int i) const {
        return sampled.get() +
               ((static_cast<long>(g) * s.batch + b) * s.agents + i) * s.samples * s.action_size;
    }

    T* action_weight(int agent) {
        return weight1.get() + static_cast<long>(s.state_size + agent * s.action_size) * width;
    }

    void forward(int first, int states) {
        matrix_product<T, Start::kBias>(
            states, width, s.state_size, state.get() + static_cast<long>(first) * s.state_size,
            s.state_size, 1, weight1.get(), width, base.get(), width, bias1.get());
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
        matrix_product<T, Start::kBias>(m, width, s.hidden, hidden1.get(), width, 1, weight2.get(),
                                        width, hidden2.get(), width, bias2.get());
        for (int r = 0; r < m; ++r) {
            Vec<T>* row = vectors(hidden2.get() + static_cast<long>(r) * width);
            Vec<T> sum = {};
            for (int v = 0; v < width / kLanes<T>; ++v) {
                const Vec<T> value = rectify(row[v]);
                row[v] = value;
                sum += value * vectors(weight3.get())[v];
            }
            values.get()[r] = add_lanes<T, VECTOR_BYTES>(sum) + bias3;
        }
    }

    // Rows (g, b, i, all k): only component i differs between them, and from the base.
    void first_layer(int g, int b, int i, const T* base_row, T* rows) {
        const T* other = others_of(g, b);
        const T* own = sampled_of(g, b, i);
        const T* own_weight = action_weight(i);
        for (int v = 0; v < width; v += kLanes<T>) {
            Vec<T> shared = *vectors(base_row + v);
            for (int j = 0; j < s.agents; ++j) {
                if (j != i) {
                    const T* weight = action_weight(j) + v;
                    for (int c = 0; c < s.action_size; ++c) {
                        shared += other[j * s.action_size + c] *
                                  *vectors(weight + static_cast<long>(c) * width);
                    }
                }
            }
            switch (s.action_size) {
                case 1:
                    replaced_forward<1>(shared, own, own_weight + v, rows + v);
                    break;
                case 2:
                    replaced_forward<2>(shared, own, own_weight + v, rows + v);
                    break;
                case 3:
                    replaced_forward<3>(shared, own, own_weight + v, rows + v);
                    break;
                default:
                    replaced_forward(shared, own, own_weight + v, rows + v);
            }
        }
    }

    // One vector of units; the weights of the component stay in registers.
    template <int kActions>
    void replaced_forward(Vec<T> shared, const T* own, const T* own_weight, T* rows) {
        Vec<T> weight[kActions];
        for (int c = 0; c < kActions; ++c) {
            weight[c] = *vectors(own_weight + static_cast<long>(c) * width);
        }
        for (int k = 0; k < s.samples; ++k) {
            Vec<T> sum = shared;
            for (int c = 0; c < kActions; ++c) {
                sum += own[k * kActions + c] * weight[c];
            }
            *vectors(rows + static_cast<long>(k) * width) = rectify(sum);
        }
    }

    void replaced_forward(Vec<T> shared, const T* own, const T* own_weight, T* rows) {
        for (int k = 0; k < s.samples; ++k) {
            Vec<T> sum = shared;
            for (int c = 0; c < s.action_size; ++c) {
                sum += own[k * s.action_size + c] *
                       *vectors(own_weight + static_cast<long>(c) * width);
            }
            *vectors(rows + static_cast<long>(k) * width) = rectify(sum);
        }
    }

    // A NaN stays a NaN, as in LibTorch.
    static Vec<T> rectify(Vec<T> value) {
        const Vec<T> zero = {};
        return zero > value ? zero : value;
    }

    // Replaces the values of the tile by d (gradient_scale * penalty) / d value.
    void log_sum_exp(int head, int first, int states) {
        for (int b = 0; b < states; ++b) {
            T* of_state = values.get() + static_cast<long>(b) * rows_per_state;
            for (int g = 0; g < s.groups; ++g) {
                correct(head, g, first + b, of_state + static_cast<long>(g) * s.agents * s.samples);
            }
            for (int i = 0; i < s.agents; ++i) {
                soft_maximum(head, first + b, i, of_state + static_cast<long>(i) * s.samples);
            }
        }
    }

    void correct(int head, int g, int b, T* rows) {
        const int count = s.agents * s.samples;
        const long at = (static_cast<long>(g) * s.batch + b) * count;
        for (int r = 0; r < count; ++r) {
            rows[r] -= s.density_per_sample != 0 ? x.log_density[at + r] : x.log_density[g];
        }
        if (x.corrected != nullptr) {
            const long total = static_cast<long>(s.groups) * s.batch * count;
            std::memcpy(x.corrected + head * total + at, rows, count * sizeof(T));
        }
    }

    void soft_maximum(int head, int b, int i, T* rows) {
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
        x.lse[static_cast<long>(head) * s.batch * s.agents + at] =
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
                                       width, weight2_gradient.get(), width, bias1.get());
        matrix_product<T, Start::kZero>(m, width, s.hidden, hidden2.get(), width, 1,
                                        weight2_in.get(), width, gradient1.get(), width,
                                        bias1.get());
        first_layer_backward(first, states);
    }

    void last_layer_backward(int m) {
        for (int v = 0; v < width; v += kLanes<T>) {
            const Vec<T> out = *vectors(weight3.get() + v);
            Vec<T> weight_sum = {};
            Vec<T> bias_sum = {};
            for (int r = 0; r < m; ++r) {
                Vec<T>& cell = *vectors(hidden2.get() + static_cast<long>(r) * width + v);
                const T upstream = values.get()[r];
                weight_sum += upstream * cell;
                cell = positive_part_gradient(cell, upstream * out);
                bias_sum += cell;
            }
            *vectors(weight3_gradient.get() + v) += weight_sum;
            *vectors(bias2_gradient.get() + v) += bias_sum;
        }
        bias3_gradient += std::accumulate(values.get(), values.get() + m, T(0));
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
        const T* own = sampled_of(g, b, i);
        switch (s.action_size) {
            case 1:
                replaced_backward<1>(i, own, activation, gradient);
                break;
            case 2:
                replaced_backward<2>(i, own, activation, gradient);
                break;
            case 3:
                replaced_backward<3>(i, own, activation, gradient);
                break;
            default:
                replaced_backward(i, own, activation, gradient);
        }
    }

    // The sums of one vector of units stay in registers.
    template <int kActions>
    void replaced_backward(int i, const T* own, const T* activation, const T* gradient) {
        T* agent_sum = row_gradient.get() + static_cast<long>(i) * width;
        for (int v = 0; v < width; v += kLanes<T>) {
            Vec<T> sum = {};
            Vec<T> share[kActions] = {};
            for (int k = 0; k < s.samples; ++k) {
                const long at = static_cast<long>(k) * width + v;
                const Vec<T> masked =
                    positive_part_gradient(*vectors(activation + at), *vectors(gradient + at));
                sum += masked;
                for (int c = 0; c < kActions; ++c) {
                    share[c] += own[k * kActions + c] * masked;
                }
            }
            *vectors(agent_sum + v) = sum;
            for (int c = 0; c < kActions; ++c) {
                *vectors(action_gradient(i) + static_cast<long>(c) * width + v) += share[c];
            }
        }
    }

    void replaced_backward(int i, const T* own, const T* activation, T* gradient) {
        T* agent_sum = row_gradient.get() + static_cast<long>(i) * width;
        for (int v = 0; v < width; v += kLanes<T>) {
            Vec<T> sum = {};
            for (int k = 0; k < s.samples; ++k) {
                const long at = static_cast<long>(k) * width + v;
                const Vec<T> masked =
                    positive_part_gradient(*vectors(activation + at), *vectors(gradient + at));
                *vectors(gradient + at) = masked;
                sum += masked;
            }
            *vectors(agent_sum + v) = sum;
        }
        matrix_product<T, Start::kAdd>(s.action_size, width, s.samples, own, 1, s.action_size,
                                       gradient, width, action_gradient(i), width, bias1.get());
    }

    T* action_gradient(int agent) {
        return weight1_gradient.get() +
               static_cast<long>(s.state_size + agent * s.action_size) * width;
    }

    // The components that are not replaced, and what all rows share.
    void others_backward(int g, int b, T* of_state) {
        const T* other = others_of(g, b);
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
            *vectors(bias1_gradient.get() + v) += *vectors(total + v);
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
                    *vectors(action_gradient(j) + static_cast<long>(c) * width + v) +=
                        other[j * s.action_size + c] * share;
                }
            }
        }
    }

    // Gradients of one head, from the layout of the products back to that of the parameters.
    void unpack(int head) {
        matrix_product<T, Start::kAdd>(s.state_size, width, s.batch, state.get(), 1, s.state_size,
                                       state_gradient.get(), width, weight1_gradient.get(), width,
                                       bias1.get());
        const TwinCritic<const T>& p = x.critic;
        const TwinCritic<T>& out = x.gradients;
        for (int o = 0; o < s.hidden; ++o) {
            const long unit = static_cast<long>(head) * s.hidden + o;
            const T shift_gradient = bias1_gradient.get()[o];
            for (int c = 0; c < inputs; ++c) {
                const T weight = p.weight1[unit * inputs + c];
                const T gradient = weight1_gradient.get()[static_cast<long>(c) * width + o];
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
        std::memset(bias1_gradient.get(), 0, width * sizeof(T));
        std::memset(weight2_gradient.get(), 0, static_cast<long>(width) * width * sizeof(T));
        std::memset(bias2_gradient.get(), 0, width * sizeof(T));
        std::memset(weight3_gradient.get(), 0, width * sizeof(T));
        bias3_gradient = 0;
    }
};
