// Inputs of the penalty after batch normalisation, or with what layer normalisation needs.
// Included inside the namespace of an instruction set.
#pragma once

#include "block.h"
#include "row_normalisation.h"

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

// Rows of x have a stride, those of out have none.
template <typename T>
void normalise(const T* x, long rows, int columns, long row_stride,
               const ColumnStatistics& statistics, T* out) {
    for (long r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c) {
            out[r * columns + c] =
                static_cast<T>((static_cast<double>(x[r * row_stride + c]) - statistics.mean[c]) *
                               statistics.inverse[c]);
        }
    }
}

template <typename T>
void subtract(const T* x, long count, double shift, T* out) {
    for (long at = 0; at < count; ++at) {
        out[at] = static_cast<T>(static_cast<double>(x[at]) - shift);
    }
}

// State and actions minus mean, over deviation; scale and shift come with the weights. Layer
// normalisation leaves the rows as they are up to a constant per state, and gives their statistics.
template <typename T>
class NormalisedInputs {
  public:
    NormalisedInputs(const CriticPenaltySizes& sizes, const CriticPenaltyArrays<T>& arrays)
        : s(sizes),
          x(arrays),
          joint(s.agents * s.action_size),
          state(static_cast<long>(s.batch) * s.state_size),
          others(static_cast<long>(s.groups) * s.batch * joint),
          sampled(static_cast<long>(s.groups) * s.batch * joint * s.samples) {
        switch (s.normalisation) {
            case InputNormalisation::kNone:
                for (int b = 0; b < s.batch; ++b) {
                    shift_rows(b, 0.0);
                }
                break;
            case InputNormalisation::kBatch:
                normalise_columns();
                break;
            case InputNormalisation::kLayer:
                normalise_rows();
        }
    }

    const T* state_of(int b) const { return state.get() + static_cast<long>(b) * s.state_size; }

    const T* others_of(int g, int b) const {
        return others.get() + (static_cast<long>(g) * s.batch + b) * joint;
    }

    const T* sampled_of(int g, int b, int i) const {
        return sampled.get() +
               ((static_cast<long>(g) * s.batch + b) * s.agents + i) * s.samples * s.action_size;
    }

    // Statistics of the rows of an agent's samples; only for layer normalisation.
    const RowStatistics<T>* rows_of(int g, int b, int i) const {
        return rows.data() + ((static_cast<long>(g) * s.batch + b) * s.agents + i) * s.samples;
    }

  private:
    const CriticPenaltySizes& s;
    const CriticPenaltyArrays<T>& x;
    const int joint;  // n d
    Block<T> state, others, sampled;
    std::vector<RowStatistics<T>> rows;  // [groups,batch,agents,samples], or empty

    // Layer normalisation does not see a constant that is taken off a whole row. Without the mean
    // of its state, a row's squared mean is at most agents * action_size / state_size times its
    // variance, so taking it off the mean square, or its share off the products, costs few digits.
    void normalise_rows() {
        rows.resize(static_cast<long>(s.groups) * s.batch * s.agents * s.samples);
        for (int b = 0; b < s.batch; ++b) {
            const T* row = x.state + static_cast<long>(b) * s.state_size;
            shift_rows(b,
                       std::accumulate(row, row + s.state_size, 0.0) / std::max(1, s.state_size));
            ColumnSums of_state;
            of_state.add(state_of(b), s.state_size);
            for (int g = 0; g < s.groups; ++g) {
                row_statistics(g, b, of_state);
            }
        }
    }

    // Takes a constant off all rows of a state.
    void shift_rows(int b, double shift) {
        const long at_state = static_cast<long>(b) * s.state_size;
        subtract(x.state + at_state, s.state_size, shift, state.get() + at_state);
        for (int g = 0; g < s.groups; ++g) {
            const long at = (static_cast<long>(g) * s.batch + b) * joint;
            subtract(x.others + at, joint, shift, others.get() + at);
            subtract(x.sampled + at * s.samples, static_cast<long>(joint) * s.samples, shift,
                     sampled.get() + at * s.samples);
        }
    }

    void row_statistics(int g, int b, const ColumnSums& of_state) {
        RowStatistics<T>* row =
            rows.data() + (static_cast<long>(g) * s.batch + b) * s.agents * s.samples;
        for (int i = 0; i < s.agents; ++i) {
            ColumnSums shared = of_state;
            for (int j = 0; j < s.agents; ++j) {
                if (j != i) {
                    shared.add(others_of(g, b) + j * s.action_size, s.action_size);
                }
            }
            for (int k = 0; k < s.samples; ++k) {
                ColumnSums all = shared;
                all.add(sampled_of(g, b, i) + k * s.action_size, s.action_size);
                *row++ = all.template statistics<T>(s.state_size + joint, s.epsilon);
            }
        }
    }

    // A group is one call of the critic: state columns have the statistics of the batch (each row
    // occurs agents * samples times), action columns those of all rows of the group.
    void normalise_columns() {
        const std::vector<double> zero(std::max(s.state_size, joint) + 1, 0.0);
        ColumnStatistics columns(s.state_size);
        column_sums<T, 1>(x.state, s.batch, s.state_size, s.state_size, zero.data(),
                          columns.mean.data());
        for (double& mean : columns.mean) {
            mean /= s.batch;
        }
        column_sums<T, 2>(x.state, s.batch, s.state_size, s.state_size, columns.mean.data(),
                          columns.inverse.data());
        columns.finish(s.epsilon, s.batch);
        normalise(x.state, s.batch, s.state_size, s.state_size, columns, state.get());
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
        normalise(from_others, s.batch, joint, joint, columns, to_others);
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
};
