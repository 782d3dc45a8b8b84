// The kernel of perceptron.h, for one instruction set: included inside its namespace.
#pragma once

#include "dense_layer.h"
#include "normalised_inputs.h"

template <typename T>
class Perceptron {
  public:
    Perceptron(const PerceptronSizes& sizes, const PerceptronArrays<T>& arrays)
        : s(sizes),
          x(arrays),
          layers(s.layers()),
          input(s.widths.front()),
          output(s.widths.back()),
          hidden_start(layers, 0),
          normalised(s.normalised && x.kept == nullptr ? cells(s.groups) * s.rows * input : 0) {
        for (int l = 1; l < layers; ++l) {
            hidden_start[l] = kept_of_replica;
            kept_of_replica += cells(s.rows) * width(l);
            widest = std::max(widest, width(l));
        }
        widest = std::max(widest, width(layers));
    }

    void run() {
        const bool forward = x.value_gradient == nullptr;
        if (forward && s.normalised) {
            for (int q = 0; q < s.groups; ++q) {
                normalise_group(q);
            }
        }
        for (int r = 0; r < s.replicas; ++r) {
            load(r);
            if (forward) {
                evaluate(r);
            } else {
                differentiate(r);
            }
        }
    }

  private:
    // Rows of a tile: large enough to amortise the loads of the weight gradients, small enough that
    // the activations of a tile stay in the cache nearest to the core.
    static constexpr int kTileRows = 64;

    const PerceptronSizes& s;
    const PerceptronArrays<T>& x;
    const int layers;
    const int input;
    const int output;
    std::vector<long> hidden_start;  // of hidden layer l = 1 ... within what a replica keeps
    long kept_of_replica = 0;
    int widest = 0;
    Block<T> normalised;  // rows of all groups, unless they are kept
    std::vector<std::unique_ptr<DenseLayer<T>>> dense;

    // The first factor of a product that may not fit into an int.
    static long cells(int count) { return count; }

    // Padded width of layer l's units; the input's rows are read as they are.
    int width(int l) const {
        return l == layers ? padded(s.widths[l], kLanes<T>) : padded(s.widths[l], kKeptHiddenUnits);
    }

    int group(int replica) const { return s.groups == 1 ? 0 : replica; }

    T* normalised_rows(int q) {
        T* all = x.kept == nullptr ? normalised.get() : x.kept + s.replicas * kept_of_replica;
        return all + cells(q) * s.rows * input;
    }

    void normalise_group(int q) {
        const long stride = cells(s.groups) * input;
        const T* from = x.input + cells(q) * input;
        const std::vector<double> zero(input, 0.0);
        ColumnStatistics columns(input);
        column_sums<T, 1>(from, s.rows, input, stride, zero.data(), columns.mean.data());
        for (double& mean : columns.mean) {
            mean /= s.rows;
        }
        column_sums<T, 2>(from, s.rows, input, stride, columns.mean.data(), columns.inverse.data());
        columns.finish(s.epsilon, s.rows);
        normalise(from, s.rows, input, stride, columns, normalised_rows(q));
    }

    // First layer's input from a row on.
    const T* rows_of(int replica, int first) {
        return s.normalised ? normalised_rows(group(replica)) + cells(first) * input
                            : x.input + cells(first) * row_stride() + cells(group(replica)) * input;
    }

    long row_stride() const { return s.normalised ? input : cells(s.groups) * input; }

    T* kept_hidden(int replica, int l, int first) {
        return x.kept + replica * kept_of_replica + hidden_start[l] + cells(first) * width(l);
    }

    const T* weight(int replica, int l) const {
        return x.network.weight[l] + cells(replica) * s.widths[l] * s.widths[l + 1];
    }

    const T* scale(int replica, int l) const { return normalising(x.network.scale, replica, l); }

    const T* shift(int replica, int l) const { return normalising(x.network.shift, replica, l); }

    template <typename U>
    U* normalising(U* of_all, int replica, int l) const {
        return l > 0 || !s.normalised ? nullptr : of_all + cells(group(replica)) * input;
    }

    void load(int replica) {
        dense.clear();
        for (int l = 0; l < layers; ++l) {
            dense.push_back(std::make_unique<DenseLayer<T>>(s.widths[l], s.widths[l + 1], width(l),
                                                            width(l + 1)));
            dense[l]->load(weight(replica, l), x.network.bias[l] + cells(replica) * s.widths[l + 1],
                           scale(replica, l), shift(replica, l));
        }
    }

    void evaluate(int replica) {
        Block<T> one(cells(kTileRows) * widest);
        Block<T> other(cells(kTileRows) * widest);
        for (int first = 0; first < s.rows; first += kTileRows) {
            const int rows = std::min(kTileRows, s.rows - first);
            const T* from = rows_of(replica, first);
            long stride = row_stride();
            for (int l = 0; l < layers; ++l) {
                const bool last = l == layers - 1;
                T* scratch = from == one.get() ? other.get() : one.get();
                T* to = last || x.kept == nullptr ? scratch : kept_hidden(replica, l + 1, first);
                dense[l]->forward(rows, from, stride, to);
                if (!last) {
                    rectify(to, cells(rows) * width(l + 1));
                }
                from = to;
                stride = width(l + 1);
            }
            T* values = x.values + (cells(replica) * s.rows + first) * output;
            for (int r = 0; r < rows; ++r) {
                std::memcpy(values + cells(r) * output, from + r * stride, output * sizeof(T));
            }
        }
    }

    // A NaN stays a NaN, as in LibTorch.
    static void rectify(T* values, long count) {
        const Vec<T> zero = {};
        for (long at = 0; at < count; at += kLanes<T>) {
            Vec<T>& value = *vectors(values + at);
            value = zero > value ? zero : value;
        }
    }

    void differentiate(int replica) {
        Block<T> one(cells(kTileRows) * widest);
        Block<T> other(cells(kTileRows) * widest);
        for (int first = 0; first < s.rows; first += kTileRows) {
            const int rows = std::min(kTileRows, s.rows - first);
            T* gradient = one.get();
            T* next = other.get();
            load_upstream(replica, first, rows, gradient);
            for (int l = layers - 1; l > 0; --l) {
                const T* activation = kept_hidden(replica, l, first);
                dense[l]->accumulate(rows, activation, width(l), gradient);
                dense[l]->backward(rows, gradient, next);
                mask(activation, next, cells(rows) * width(l));
                std::swap(gradient, next);
            }
            dense[0]->accumulate(rows, rows_of(replica, first), row_stride(), gradient);
        }
        for (int l = 0; l < layers; ++l) {
            const long unit = cells(replica) * s.widths[l + 1];
            dense[l]->add_gradients(weight(replica, l), scale(replica, l), shift(replica, l),
                                    x.gradients.weight[l] + unit * s.widths[l],
                                    x.gradients.bias[l] + unit,
                                    normalising(x.gradients.scale, replica, l),
                                    normalising(x.gradients.shift, replica, l));
        }
    }

    void load_upstream(int replica, int first, int rows, T* gradient) {
        const int to = width(layers);
        std::memset(gradient, 0, cells(rows) * to * sizeof(T));
        const T* from = x.value_gradient + (cells(replica) * s.rows + first) * output;
        for (int r = 0; r < rows; ++r) {
            std::memcpy(gradient + cells(r) * to, from + cells(r) * output, output * sizeof(T));
        }
    }

    static void mask(const T* activation, T* gradient, long count) {
        const Vec<T> zero = {};
        for (long at = 0; at < count; at += kLanes<T>) {
            Vec<T>& value = *vectors(gradient + at);
            value = *vectors(activation + at) > zero ? value : zero;
        }
    }
};
