// The kernel of recurrent_network.h, for one instruction set: included inside its namespace.
#pragma once

#include "block.h"
#include "exponential.h"
#include "matrix_product.h"
#include "recurrent_weights.h"

// A tile of sequences goes through all its times before the next one starts: its activations stay
// in the cache, and sequences of one tile have about the same length.
template <typename T>
class Unroll {
  public:
    Unroll(const RecurrentSizes& sizes, const RecurrentArrays<T>& arrays)
        : s(sizes),
          x(arrays),
          w(sizes, arrays.network),
          width(w.width),
          row_kept(static_cast<long>(kKeptPlanes) * w.width),
          first_row(sizes.times + 1),
          hidden(tile_cells(w.width)),
          memory(tile_cells(w.width)),
          gates(tile_cells(4 * w.width)),
          outputs(tile_cells(w.action_width)) {
        for (int t = 0; t < s.times; ++t) {
            first_row[t + 1] = first_row[t] + x.active[t] * s.agents;
        }
    }

    void run() {
        const long sequences = x.active[0] * s.agents;
        if (x.value_gradient == nullptr) {
            for (long first = 0; first < sequences; first += kSequences) {
                forward(first);
            }
            return;
        }
        RecurrentGradients<T> total(s, width);
        Block<T> bias(4 * width);
        Block<T> rows(static_cast<long>(s.actions + 1 + s.agents) * width);
        for (long first = 0; first < sequences; first += kSequences) {
            backward(first, total, bias.get(), rows.get());
        }
        total.add_to(x.gradients);
    }

  private:
    static constexpr int kSequences = 96;

    const RecurrentSizes& s;
    const RecurrentArrays<T>& x;
    const RecurrentWeights<T> w;
    const int width;
    const long row_kept;
    std::vector<long> first_row;  // of each time
    Block<T> hidden;              // [tile,width]: x, or its gradient
    Block<T> memory;              // [tile,width]: h, or its gradient
    Block<T> gates;               // [tile,4*width]
    Block<T> outputs;             // [tile,action_width]

    static long tile_cells(int columns) { return static_cast<long>(kSequences) * columns; }

    int rows_at(int time, long first) const {
        const long left = x.active[time] * s.agents - first;
        return static_cast<int>(std::max(0L, std::min<long>(kSequences, left)));
    }

    T* kept(long row, int plane) const {
        return x.kept + row * row_kept + static_cast<long>(plane) * width;
    }

    void forward(long first) {
        for (int t = 0; t < s.times; ++t) {
            const int m = rows_at(t, first);
            if (m == 0) {
                return;
            }
            const long row = first_row[t] + first;
            first_layer(first, row, m);
            gate_products(t, m);
            if (x.kept == nullptr) {
                next_memory<false>(t, row, m);
            } else {
                next_memory<true>(t, row, m);
            }
            matrix_product<T, Start::kBias>(m, w.action_width, s.hidden, memory.get(), width, 1,
                                            w.output.get(), w.action_width, outputs.get(),
                                            w.action_width, w.output_bias.get());
            for (int r = 0; r < m; ++r) {
                std::memcpy(x.values + (row + r) * s.actions,
                            outputs.get() + static_cast<long>(r) * w.action_width,
                            s.actions * sizeof(T));
            }
        }
    }

    void first_layer(long first, long row, int m) {
        for (int r = 0; r < m; ++r) {
            const T* action = w.looked_up.get() + x.previous[row + r] * width;
            const T* agent = w.own.get() + (first + r) % s.agents * width;
            T* out = hidden.get() + static_cast<long>(r) * width;
            for (int v = 0; v < width; v += kLanes<T>) {
                *vectors(out + v) = *vectors(action + v) + *vectors(agent + v);
            }
        }
        matrix_product<T, Start::kAdd>(m, width, s.observation,
                                       x.observations + row * s.observation, s.observation, 1,
                                       w.input.get(), width, hidden.get(), width, nullptr);
        for (int r = 0; r < m; ++r) {
            T* out = hidden.get() + static_cast<long>(r) * width;
            for (int v = 0; v < width; v += kLanes<T>) {
                *vectors(out + v) = positive_part<T>(*vectors(out + v));
                if (x.kept != nullptr) {
                    *vectors(kept(row + r, 0) + v) = *vectors(out + v);
                }
            }
        }
    }

    // Pre-activations r, z, and the two parts of n. The memory before the first slot is zero.
    void gate_products(int time, int m) {
        matrix_product<T, Start::kBias>(m, 3 * width, s.hidden, hidden.get(), width, 1,
                                        w.gate_input.get(), 3 * width, gates.get(), 4 * width,
                                        w.gate_bias.get());
        if (time > 0) {
            matrix_product<T, Start::kAdd>(m, 2 * width, s.hidden, memory.get(), width, 1,
                                           w.gate_memory.get(), 3 * width, gates.get(), 4 * width,
                                           nullptr);
            matrix_product<T, Start::kBias>(
                m, width, s.hidden, memory.get(), width, 1, w.gate_memory.get() + 2 * width,
                3 * width, gates.get() + 3 * width, 4 * width, w.memory_bias.get());
        }
    }

    template <bool kKeep>
    void next_memory(int time, long row, int m) {
        for (int r = 0; r < m; ++r) {
            const T* gate = gates.get() + static_cast<long>(r) * 4 * width;
            T* of_row = memory.get() + static_cast<long>(r) * width;
            for (int v = 0; v < width; v += kLanes<T>) {
                const Vec<T> before = time > 0 ? *vectors(of_row + v) : Vec<T>{};
                const Vec<T> from_memory =
                    time > 0 ? *vectors(gate + 3 * width + v) : *vectors(w.memory_bias.get() + v);
                const Vec<T> reset = sigmoid<T>(*vectors(gate + v));
                const Vec<T> update = sigmoid<T>(*vectors(gate + width + v));
                const Vec<T> candidate =
                    hyperbolic_tangent<T>(*vectors(gate + 2 * width + v) + reset * from_memory);
                const Vec<T> after = candidate + update * (before - candidate);
                *vectors(of_row + v) = after;
                if constexpr (kKeep) {
                    *vectors(kept(row + r, 1) + v) = reset;
                    *vectors(kept(row + r, 2) + v) = update;
                    *vectors(kept(row + r, 3) + v) = candidate;
                    *vectors(kept(row + r, 4) + v) = from_memory;
                    *vectors(kept(row + r, 5) + v) = after;
                }
            }
        }
    }

    // From the last time to the first; `memory` holds the gradient of the later times.
    void backward(long first, RecurrentGradients<T>& total, T* bias, T* rows) {
        std::memset(memory.get(), 0, tile_cells(width) * sizeof(T));
        for (int t = s.times - 1; t >= 0; --t) {
            const int m = rows_at(t, first);
            if (m == 0) {
                continue;
            }
            const long row = first_row[t] + first;
            const long row_before = t > 0 ? first_row[t - 1] + first : -1;
            output_backward(row, m, total);
            gate_gradients(row, row_before, m, bias, total);
            gates_backward(row, row_before, m, total);
            first_layer_backward(first, row, m, rows, total);
        }
    }

    void output_backward(long row, int m, RecurrentGradients<T>& total) {
        const T* upstream = x.value_gradient + row * s.actions;
        matrix_product<T, Start::kAdd>(m, width, s.actions, upstream, s.actions, 1,
                                       w.output_back.get(), width, memory.get(), width, nullptr);
        matrix_product<T, Start::kAdd>(s.actions, width, m, upstream, 1, s.actions, kept(row, 5),
                                       row_kept, total.output.get(), width, nullptr);
        for (int a = 0; a < s.actions; ++a) {
            T sum = 0;
            for (int r = 0; r < m; ++r) {
                sum += upstream[static_cast<long>(r) * s.actions + a];
            }
            total.output_bias.get()[a] += sum;
        }
    }

    // Gradients of the pre-activations n, r, z and of the memory's part of n; leaves in `memory`
    // what goes to the memory before through z alone.
    void gate_gradients(long row, long row_before, int m, T* bias, RecurrentGradients<T>& total) {
        std::memset(bias, 0, 4 * width * sizeof(T));
        for (int r = 0; r < m; ++r) {
            T* out = gates.get() + static_cast<long>(r) * 4 * width;
            T* of_row = memory.get() + static_cast<long>(r) * width;
            for (int v = 0; v < width; v += kLanes<T>) {
                const Vec<T> reset = *vectors(kept(row + r, 1) + v);
                const Vec<T> update = *vectors(kept(row + r, 2) + v);
                const Vec<T> candidate = *vectors(kept(row + r, 3) + v);
                const Vec<T> from_memory = *vectors(kept(row + r, 4) + v);
                const Vec<T> before =
                    row_before < 0 ? Vec<T>{} : *vectors(kept(row_before + r, 5) + v);
                const Vec<T> upstream = *vectors(of_row + v);
                const Vec<T> of_candidate = upstream * (1 - update) * (1 - candidate * candidate);
                const Vec<T> of_reset = of_candidate * from_memory * reset * (1 - reset);
                const Vec<T> of_update = upstream * (before - candidate) * update * (1 - update);
                const Vec<T> of_memory = of_candidate * reset;
                *vectors(of_row + v) = upstream * update;
                *vectors(out + v) = of_candidate;
                *vectors(out + width + v) = of_reset;
                *vectors(out + 2 * width + v) = of_update;
                *vectors(out + 3 * width + v) = of_memory;
                *vectors(bias + v) += of_candidate;
                *vectors(bias + width + v) += of_reset;
                *vectors(bias + 2 * width + v) += of_update;
                *vectors(bias + 3 * width + v) += of_memory;
            }
        }
        add(bias, total.gate_bias.get(), 4 * width);
    }

    void gates_backward(long row, long row_before, int m, RecurrentGradients<T>& total) {
        if (row_before >= 0) {
            matrix_product<T, Start::kAdd>(m, width, 3 * width, gates.get() + width, 4 * width, 1,
                                           w.gate_memory_back.get(), width, memory.get(), width,
                                           nullptr);
            matrix_product<T, Start::kAdd>(3 * width, width, m, gates.get() + width, 1, 4 * width,
                                           kept(row_before, 5), row_kept, total.gate_memory.get(),
                                           width, nullptr);
        }
        matrix_product<T, Start::kZero>(m, width, 3 * width, gates.get(), 4 * width, 1,
                                        w.gate_input_back.get(), width, hidden.get(), width,
                                        nullptr);
        matrix_product<T, Start::kAdd>(3 * width, width, m, gates.get(), 1, 4 * width, kept(row, 0),
                                       row_kept, total.gate_input.get(), width, nullptr);
    }

    // `rows` sums the one-hot rows of this tile and time, so that long sums have few terms.
    void first_layer_backward(long first, long row, int m, T* rows, RecurrentGradients<T>& total) {
        const long looked_up = static_cast<long>(s.actions + 1) * width;
        const long own = static_cast<long>(s.agents) * width;
        std::memset(rows, 0, (looked_up + own) * sizeof(T));
        for (int r = 0; r < m; ++r) {
            T* of_row = hidden.get() + static_cast<long>(r) * width;
            T* action = rows + x.previous[row + r] * width;
            T* agent = rows + looked_up + (first + r) % s.agents * width;
            for (int v = 0; v < width; v += kLanes<T>) {
                const Vec<T> zero = {};
                const Vec<T> masked =
                    *vectors(kept(row + r, 0) + v) > zero ? *vectors(of_row + v) : zero;
                *vectors(of_row + v) = masked;
                *vectors(action + v) += masked;
                *vectors(agent + v) += masked;
            }
        }
        add(rows, total.looked_up.get(), looked_up);
        add(rows + looked_up, total.own.get(), own);
        matrix_product<T, Start::kAdd>(s.observation, width, m,
                                       x.observations + row * s.observation, 1, s.observation,
                                       hidden.get(), width, total.input.get(), width, nullptr);
    }

    static void add(const T* from, T* to, long count) {
        for (long v = 0; v < count; v += kLanes<T>) {
            *vectors(to + v) += *vectors(from + v);
        }
    }
};
