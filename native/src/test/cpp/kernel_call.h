// The arguments of one call by name, arrays filled at random, with the checks that follow it:
// inputs keep their bits, every element of a written output is written.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "buffer.h"
#include "kernels.h"
#include "report.h"

using Random = std::mt19937_64;

template <typename T>
class KernelCall {
  public:
    KernelCall(Random& random, Start start) : random_(random), start_(start) {}

    void size(const char* name, int value) { put("size", name, value); }
    void constant(const char* name, double value) {
        int64_t bits = 0;
        std::memcpy(&bits, &value, sizeof(bits));
        put("constant", name, bits);
    }
    template <typename Number>
    void list(const char* name, const std::vector<Number>& values) {
        for (const Number value : values) {
            put("list", name, value);
        }
    }
    Buffer<T>* input(const std::string& name, long elements, double scale = 0.5) {
        std::uniform_real_distribution<double> uniform(-scale, scale);
        return filled<T>("real", name, elements,
                         [&](long) { return static_cast<T>(uniform(random_)); });
    }
    Buffer<int64_t>* integers(const std::string& name, long elements, int limit) {
        return filled<int64_t>("integer", name, elements,
                               [&](long) { return static_cast<int64_t>(below(limit)); });
    }
    // Two of three are set, the first of each row, and the last of all: what belongs to others may
    // stay unread.
    Buffer<uint8_t>* bits(const std::string& name, long elements, int row) {
        return filled<uint8_t>("boolean", name, elements, [&](long at) {
            return static_cast<uint8_t>(below(3) != 0 || at % row == 0 || at == elements - 1);
        });
    }
    // Every element has to be written: they start as a NaN of known bits.
    Buffer<T>* written(const std::string& name, long elements) {
        Buffer<T>* buffer = blank(name, elements, start_);
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
    Buffer<T>* added(const std::string& name, long elements) {
        Buffer<T>* buffer = keep<T>("result", name, elements, start_);
        for (long at = 0; at < buffer->filled; ++at) {
            buffer->data[at] = static_cast<T>(0.25);
        }
        outputs_.push_back(buffer);
        return buffer;
    }
    // Between two passes: aligned, may have unwritten padding.
    Buffer<T>* kept(const std::string& name, long elements) {
        return blank(name, elements, Start::kAligned);
    }
    // What another call was given, but for what it wrote.
    void again(const KernelCall& other) {
        for (const Argument& argument : other.arguments_) {
            if (argument.kind != "result") {
                arguments_.push_back(argument);
            }
        }
    }
    void again(const char* name, const Buffer<T>* buffer) {
        put("result", name, buffer->address());
    }

    // Values and names lie in memory of exactly their size.
    void run(const char* kernel) {
        const long count = static_cast<long>(arguments_.size());
        Buffer<int64_t> values(count, Start::kMalloc);
        std::string text;
        for (long at = 0; at < count; ++at) {
            if (at < values.filled) {
                values.data[at] = arguments_[at].value;
            }
            text += (at > 0 ? " " : "") + arguments_[at].kind + ":" + arguments_[at].name;
        }
        const long length = static_cast<long>(text.size()) + 1;
        Buffer<char> names(length, Start::kMalloc);
        std::memcpy(names.data, text.c_str(), names.filled);
        finish(run_kernel(kernel, sizeof(T), names.data, values.data, static_cast<int>(count)));
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
    struct Argument {
        std::string kind;
        std::string name;
        int64_t value;
    };

    Random& random_;
    const Start start_;
    std::vector<Argument> arguments_;
    std::vector<std::function<void()>> checks_;
    std::vector<std::shared_ptr<void>> owned_;
    std::vector<const Buffer<T>*> outputs_;

    void finish(int status) const {
        ++report().calls;
        if (status != 0) {
            report().complain(last_error());
        }
        check();
    }
    void put(const char* kind, const std::string& name, int64_t value) {
        arguments_.push_back({kind, name, value});
    }
    int below(int limit) { return static_cast<int>(random_() % static_cast<uint64_t>(limit)); }

    template <typename U>
    Buffer<U>* keep(const char* kind, const std::string& name, long elements, Start start) {
        auto buffer = std::make_shared<Buffer<U>>(elements, start);
        owned_.push_back(buffer);
        put(kind, name, buffer->address());
        return buffer.get();
    }
    template <typename U, typename Value>
    Buffer<U>* filled(const char* kind, const std::string& name, long elements, Value value) {
        Buffer<U>* buffer = keep<U>(kind, name, elements, start_);
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
    Buffer<T>* blank(const std::string& name, long elements, Start start) {
        Buffer<T>* buffer = keep<T>("result", name, elements, start);
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
