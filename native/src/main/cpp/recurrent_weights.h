// Parameters and gradients of the recurrent network in the layout of the products. Included inside
// the namespace of an instruction set.
#pragma once

#include "block.h"

// Units run along the rows, padded to `width`; zero weights keep the padding at zero.
template <typename T>
struct RecurrentWeights {
    const RecurrentSizes& s;
    const int width;         // hidden, padded
    const int action_width;  // actions, padded
    // Forward: first index the input of a layer, second its unit.
    Block<T> input;                    // [observation,width]
    Block<T> looked_up;                // [actions+1,width], the last row zero: no action
    Block<T> own;                      // [agents,width], bias included
    Block<T> gate_input, gate_memory;  // [hidden,3*width], gates r, z, n
    Block<T> gate_bias;                // [3*width], both biases for r and z, the first for n
    Block<T> memory_bias;              // [width], of n
    Block<T> output, output_bias;      // [hidden,action_width], [action_width]
    // Backward: first index the unit. Gates of the input side in the order n, r, z.
    Block<T> gate_input_back, gate_memory_back;  // [3*width,width]
    Block<T> output_back;                        // [actions,width]

    RecurrentWeights(const RecurrentSizes& sizes, const RecurrentParameters<const T>& p)
        : s(sizes),
          width(padded(sizes.hidden, kKeptUnits)),
          action_width(padded(sizes.actions, kKeptUnits)),
          input(cells(s.observation, width)),
          looked_up(cells(s.actions + 1, width)),
          own(cells(s.agents, width)),
          gate_input(cells(s.hidden, 3 * width)),
          gate_memory(cells(s.hidden, 3 * width)),
          gate_bias(3 * width),
          memory_bias(width),
          output(cells(s.hidden, action_width)),
          output_bias(action_width),
          gate_input_back(cells(3 * width, width)),
          gate_memory_back(cells(3 * width, width)),
          output_back(cells(s.actions, width)) {
        load_input(p);
        load_gates(p);
        for (int a = 0; a < s.actions; ++a) {
            output_bias.get()[a] = p.bias2[a];
            for (int u = 0; u < s.hidden; ++u) {
                const T weight = p.weight2[cells(a, s.hidden) + u];
                output.get()[cells(u, action_width) + a] = weight;
                output_back.get()[cells(a, width) + u] = weight;
            }
        }
    }

    static long cells(int rows, int columns) { return static_cast<long>(rows) * columns; }

  private:
    void load_input(const RecurrentParameters<const T>& p) {
        const int columns = s.observation + s.actions + s.agents;
        for (int u = 0; u < s.hidden; ++u) {
            const T* row = p.weight1 + cells(u, columns);
            for (int o = 0; o < s.observation; ++o) {
                input.get()[cells(o, width) + u] = row[o];
            }
            for (int a = 0; a < s.actions; ++a) {
                looked_up.get()[cells(a, width) + u] = row[s.observation + a];
            }
            for (int i = 0; i < s.agents; ++i) {
                own.get()[cells(i, width) + u] = row[s.observation + s.actions + i] + p.bias1[u];
            }
        }
    }

    void load_gates(const RecurrentParameters<const T>& p) {
        for (int g = 0; g < 3; ++g) {
            const int back = (g + 1) % 3;  // r, z, n stand at 1, 2, 0
            for (int u = 0; u < s.hidden; ++u) {
                const int unit = g * s.hidden + u;
                for (int k = 0; k < s.hidden; ++k) {
                    const T from_input = p.gate_input[cells(unit, s.hidden) + k];
                    const T from_memory = p.gate_memory[cells(unit, s.hidden) + k];
                    gate_input.get()[cells(k, 3 * width) + g * width + u] = from_input;
                    gate_memory.get()[cells(k, 3 * width) + g * width + u] = from_memory;
                    gate_input_back.get()[cells(back * width + u, width) + k] = from_input;
                    gate_memory_back.get()[cells(g * width + u, width) + k] = from_memory;
                }
                gate_bias.get()[g * width + u] =
                    p.input_bias[unit] + (g < 2 ? p.memory_bias[unit] : 0);
                if (g == 2) {
                    memory_bias.get()[u] = p.memory_bias[unit];
                }
            }
        }
    }
};

// Gradients in the layout of the backward products.
template <typename T>
struct RecurrentGradients {
    const RecurrentSizes& s;
    const int width;
    Block<T> input;                // [observation,width]
    Block<T> looked_up;            // [actions+1,width]
    Block<T> own;                  // [agents,width]
    Block<T> gate_input;           // [3*width,width], gates n, r, z
    Block<T> gate_memory;          // [3*width,width], gates r, z, n
    Block<T> gate_bias;            // [4*width]: n, r, z, and the memory's part of n
    Block<T> output, output_bias;  // [actions,width], [actions]

    RecurrentGradients(const RecurrentSizes& sizes, int padded_hidden)
        : s(sizes),
          width(padded_hidden),
          input(cells(s.observation, width)),
          looked_up(cells(s.actions + 1, width)),
          own(cells(s.agents, width)),
          gate_input(cells(3 * width, width)),
          gate_memory(cells(3 * width, width)),
          gate_bias(4 * width),
          output(cells(s.actions, width)),
          output_bias(s.actions) {}

    static long cells(int rows, int columns) { return static_cast<long>(rows) * columns; }

    void add_to(const RecurrentParameters<T>& out) const {
        add_input(out);
        add_gates(out);
        for (int a = 0; a < s.actions; ++a) {
            out.bias2[a] += output_bias.get()[a];
            for (int u = 0; u < s.hidden; ++u) {
                out.weight2[cells(a, s.hidden) + u] += output.get()[cells(a, width) + u];
            }
        }
    }

  private:
    void add_input(const RecurrentParameters<T>& out) const {
        const int columns = s.observation + s.actions + s.agents;
        for (int u = 0; u < s.hidden; ++u) {
            T* row = out.weight1 + cells(u, columns);
            for (int o = 0; o < s.observation; ++o) {
                row[o] += input.get()[cells(o, width) + u];
            }
            for (int a = 0; a < s.actions; ++a) {
                row[s.observation + a] += looked_up.get()[cells(a, width) + u];
            }
            for (int i = 0; i < s.agents; ++i) {
                const T share = own.get()[cells(i, width) + u];
                row[s.observation + s.actions + i] += share;
                out.bias1[u] += share;
            }
        }
    }

    void add_gates(const RecurrentParameters<T>& out) const {
        for (int g = 0; g < 3; ++g) {
            const int back = (g + 1) % 3;
            for (int u = 0; u < s.hidden; ++u) {
                const int unit = g * s.hidden + u;
                for (int k = 0; k < s.hidden; ++k) {
                    out.gate_input[cells(unit, s.hidden) + k] +=
                        gate_input.get()[cells(back * width + u, width) + k];
                    out.gate_memory[cells(unit, s.hidden) + k] +=
                        gate_memory.get()[cells(g * width + u, width) + k];
                }
                out.input_bias[unit] += gate_bias.get()[back * width + u];
                out.memory_bias[unit] += gate_bias.get()[(g + 1) * width + u];
            }
        }
    }
};
