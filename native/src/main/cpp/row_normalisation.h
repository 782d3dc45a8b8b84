// Layer normalisation inside the critic's first layer. Included inside the namespace of an
// instruction set.
//
// A row x with mean m and inverse deviation v, weights W that hold the scale, and a bias b that
// holds the shift: W (x - m) v + b = (W x - m sum_c W_c) v + b. So the products of columns that
// several rows share are computed once, whatever the rows' means and deviations.
#pragma once

#include "matrix_product.h"

// Mean of a row's columns, and 1/sqrt(biased variance + epsilon).
template <typename T>
struct RowStatistics {
    T mean;
    T inverse;
};

// Sums over some of a row's columns.
struct ColumnSums {
    double sum = 0;
    double squares = 0;

    template <typename T>
    void add(const T* values, int count) {
        for (int c = 0; c < count; ++c) {
            const double value = values[c];
            sum += value;
            squares += value * value;
        }
    }

    template <typename T>
    RowStatistics<T> statistics(int columns, double epsilon) const {
        const double mean = sum / columns;
        const double difference = squares / columns - mean * mean;
        // Rounding may leave less than nothing; a NaN stays a NaN.
        const double variance = difference < 0 ? 0 : difference;
        return {static_cast<T>(mean), static_cast<T>(1.0 / std::sqrt(variance + epsilon))};
    }
};

// Pre-activations from the products W x, for one vector of units. Without kPerRow the inputs were
// normalised before, or not at all, and the products hold the bias.
template <typename T, bool kPerRow>
struct RowForward {
    const RowStatistics<T>* rows;
    Vec<T> weight_sum;  // over the columns
    Vec<T> bias;

    Vec<T> operator()(int row, Vec<T> products) const {
        if constexpr (kPerRow) {
            return (products - rows[row].mean * weight_sum) * rows[row].inverse + bias;
        } else {
            return products;
        }
    }
};

// Gradients of the products from those of the pre-activations, for one vector of units.
template <typename T, bool kPerRow>
struct RowBackward {
    const RowStatistics<T>* rows;
    Vec<T> weight_sum_gradient = {};
    Vec<T> bias_gradient = {};

    Vec<T> operator()(int row, Vec<T> gradient) {
        if constexpr (kPerRow) {
            bias_gradient += gradient;
            gradient *= rows[row].inverse;
            weight_sum_gradient -= rows[row].mean * gradient;
        }
        return gradient;
    }

    void add_to(Vec<T>& weight_sum, Vec<T>& bias) const {
        if constexpr (kPerRow) {
            weight_sum += weight_sum_gradient;
            bias += bias_gradient;
        }
    }
};
