// The arrays of one call in the order of the kernel's header, filled at random, with the checks
// that follow it: inputs keep their bits, every element of a written output is written.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "buffer.h"
#include "kernels.h"
#include "report.h"

using Random = std::mt19937_64;

template <typename T>
class KernelCall {
  public:
    KernelCall(Random& random, Start start) : random_(random), start_(start) {}

    Buffer<T>* input(long elements, double scale = 0.5) {
        std::uniform_real_distribution<double> uniform(-scale, scale);
        return filled<T>(elements, [&](long) { return static_cast<T>(uniform(random_)); });
    }
    Buffer<int64_t>* integers(long elements, int limit) {
        return filled<int64_t>(elements, [&](long) { return static_cast<int64_t>(below(limit)); });
    }
    // Two of three are set, the first of each row, and the last of all: what belongs to others may
    // stay unread.
    Buffer<uint8_t>* bits(long elements, int row) {
        return filled<uint8_t>(elements, [&](long at) {
            return static_cast<uint8_t>(below(3) != 0 || at % row == 0 || at == elements - 1);
        });
    }
    // Every element has to be written: they start as a NaN of known bits.
    Buffer<T>* written(long elements) {
        Buffer<T>* buffer = blank(elements, start_);
        checks_.push_back([buffer] {
            for (long at = 0; at < buffer->filled; ++at) {
                if (is_blank(buffer->data[at])) {
                    report().complain("an output was not written");
                    return;
                }
            }
        });
        outputs_.push_back(buffer);
        return buffer;
    }
    // Added to by the kernel.
    Buffer<T>* added(long elements) {
        Buffer<T>* buffer = keep<T>(elements, start_);
        for (long at = 0; at < buffer->filled; ++at) {
            buffer->data[at] = static_cast<T>(0.25);
        }
        outputs_.push_back(buffer);
        return buffer;
    }
    // Between two passes: aligned, may have unwritten padding.
    Buffer<T>* kept(long elements) { return blank(elements, Start::kAligned); }
    void none(int arrays) { addresses_.insert(addresses_.end(), arrays, 0); }
    void again(const Buffer<T>* buffer) { addresses_.push_back(buffer->address()); }
    void again(const KernelCall& other, int first, int count) {
        const auto from = other.addresses_.begin() + first;
        addresses_.insert(addresses_.end(), from, from + count);
    }

    const int64_t* addresses() const { return addresses_.data(); }
    int count() const { return static_cast<int>(addresses_.size()); }

    void finish(int status) const {
        ++report().calls;
        if (status != 0) {
            report().complain(last_error());
        }
        check();
    }
    void check() const {
        for (const auto& one : checks_) {
            one();
        }
    }
    void add_results(std::vector<double>& all) const {
        for (const Buffer<T>* output : outputs_) {
            all.insert(all.end(), output->data, output->data + output->filled);
        }
    }

  private:
    Random& random_;
    const Start start_;
    std::vector<int64_t> addresses_;
    std::vector<std::function<void()>> checks_;
    std::vector<std::shared_ptr<void>> owned_;
    std::vector<const Buffer<T>*> outputs_;

    int below(int limit) { return static_cast<int>(random_() % static_cast<uint64_t>(limit)); }

    template <typename U>
    Buffer<U>* keep(long elements, Start start) {
        auto buffer = std::make_shared<Buffer<U>>(elements, start);
        owned_.push_back(buffer);
        addresses_.push_back(buffer->address());
        return buffer.get();
    }
    template <typename U, typename Value>
    Buffer<U>* filled(long elements, Value value) {
        Buffer<U>* buffer = keep<U>(elements, start_);
        for (long at = 0; at < buffer->filled; ++at) {
            buffer->data[at] = value(at);
        }
        buffer->remember();
        checks_.push_back([buffer] {
            if (!buffer->unchanged()) {
                report().complain("an input was written");
            }
        });
        return buffer;
    }
    Buffer<T>* blank(long elements, Start start) {
        Buffer<T>* buffer = keep<T>(elements, start);
        if (buffer->filled > 0) {
            std::memset(static_cast<void*>(buffer->data), 0xff, buffer->filled * sizeof(T));
        }
        return buffer;
    }
    static bool is_blank(T value) {
        T blank;
        std::memset(&blank, 0xff, sizeof(T));
        return std::memcmp(&blank, &value, sizeof(T)) == 0;
    }
};
