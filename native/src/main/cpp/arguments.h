// Arguments of one kernel call by name, and what is checked of them. Nobody can see from an address
// how much memory lies behind it, so what can be seen is looked at: names, kinds, addresses of 0.
#pragma once

#include <climits>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// A member and its name, so that the two cannot differ.
#define NAMED(member) #member, member

inline void require(bool holds, const char* expected) {
    if (!holds) {
        throw std::invalid_argument(expected);
    }
}

// The kernels index with int inside of a state: a product of sizes that does not fit would wrap.
inline void require_product(std::initializer_list<int64_t> sizes, const char* kernel) {
    int64_t product = 1;
    for (const int64_t size : sizes) {
        // No factor is larger than twice INT_MAX, so one product of two of them cannot wrap.
        product *= size;
        if (product > INT_MAX) {
            throw std::invalid_argument(std::string(kernel) +
                                        ": sizes multiply to more than 2^31 - 1");
        }
    }
}

// Some of the call's values; belongs to the caller.
struct List {
    const int64_t* values = nullptr;
    int count = 0;

    int64_t operator[](int index) const { return values[index]; }
};

// The order of the arguments does not matter. An argument that a kernel does not ask for, one of
// another kind and one that is missing are refused by name.
class Arguments {
  public:
    // `names` holds a "kind:name" for each value, separated by spaces. The kinds are size,
    // constant (a value holds the bits of a double), list (as many values of that name, one after
    // another), and those of arrays: real, integer, boolean, and result for a real one that is
    // written.
    Arguments(const char* kernel, const char* names, const int64_t* values, int count)
        : kernel_(kernel) {
        std::string_view rest = names;
        for (int at = 0; at < count; ++at) {
            const std::string_view word = rest.substr(0, rest.find(' '));
            const std::size_t colon = word.find(':');
            if (colon == std::string_view::npos) {
                refuse("expected a name for each of " + std::to_string(count) + " values, found " +
                       std::to_string(at));
            }
            entries_.push_back({word.substr(0, colon), word.substr(colon + 1), values + at});
            rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        }
        if (!rest.empty()) {
            refuse("expected " + std::to_string(count) + " values, found one more name, " +
                   std::string(rest));
        }
    }

    void size(const char* name, int& to) {
        const int64_t value = *needed("size", name).value;
        if (value < INT_MIN || value > INT_MAX) {
            refuse(std::string("expected a size for ") + name + ", found " + std::to_string(value));
        }
        to = static_cast<int>(value);
    }
    void size(const char* name, bool& to) {
        int value = 0;
        size(name, value);
        to = value != 0;
    }
    void constant(const char* name, double& to) {
        std::memcpy(&to, needed("constant", name).value, sizeof(to));
    }
    void list(const char* name, List& to) {
        to.values = needed("list", name).value;
        to.count = 1;
        while (next_ < entries_.size() && entries_[next_].name == name) {
            needed("list", name);
            ++to.count;
        }
    }

    // Arrays that need not be there are null then; `suffix` goes behind the name.
    void array(const std::string& name, const float*& to, bool must, const char* suffix = "") {
        to = address<const float>("real", name + suffix, must);
    }
    void array(const std::string& name, const double*& to, bool must, const char* suffix = "") {
        to = address<const double>("real", name + suffix, must);
    }
    void array(const std::string& name, float*& to, bool must, const char* suffix = "") {
        to = address<float>("result", name + suffix, must);
    }
    void array(const std::string& name, double*& to, bool must, const char* suffix = "") {
        to = address<double>("result", name + suffix, must);
    }
    void array(const std::string& name, const int64_t*& to, bool must) {
        to = address<const int64_t>("integer", name, must);
    }
    void array(const std::string& name, const uint8_t*& to, bool must) {
        to = address<const uint8_t>("boolean", name, must);
    }

    // Whether an array is there whose name ends so.
    bool any(std::string_view suffix) const {
        for (const Entry& entry : entries_) {
            if (*entry.value != 0 && entry.name.size() >= suffix.size() &&
                entry.name.substr(entry.name.size() - suffix.size()) == suffix) {
                return true;
            }
        }
        return false;
    }

    // Every argument must have been asked for.
    void finish() const {
        for (const Entry& entry : entries_) {
            if (!entry.read) {
                refuse("expected no further argument, found " + std::string(entry.kind) + " " +
                       std::string(entry.name));
            }
        }
    }

  private:
    struct Entry {
        std::string_view kind;
        std::string_view name;
        const int64_t* value;
        bool read = false;
    };

    const char* kernel_;
    std::vector<Entry> entries_;
    std::size_t next_ = 0;  // behind the one found last: mostly the order is that of the kernel

    [[noreturn]] void refuse(const std::string& why) const {
        throw std::invalid_argument(std::string(kernel_) + ": " + why);
    }

    // Null if there is none.
    const Entry* find(const char* kind, std::string_view name) {
        for (std::size_t tried = 0; tried < entries_.size(); ++tried) {
            const std::size_t at = (next_ + tried) % entries_.size();
            Entry& entry = entries_[at];
            if (entry.read || entry.name != name) {
                continue;
            }
            if (entry.kind != kind) {
                refuse("expected " + std::string(name) + " as " + kind + ", found " +
                       std::string(entry.kind));
            }
            entry.read = true;
            next_ = at + 1;
            return &entry;
        }
        return nullptr;
    }

    const Entry& needed(const char* kind, const char* name) {
        const Entry* entry = find(kind, name);
        if (entry == nullptr) {
            refuse(std::string("expected ") + kind + " " + name + ", found none");
        }
        return *entry;
    }

    template <typename T>
    T* address(const char* kind, const std::string& name, bool must) {
        const Entry* entry = find(kind, name);
        const int64_t value = entry == nullptr ? 0 : *entry->value;
        if (must && value == 0) {
            refuse("expected the array " + name + ", found " +
                   (entry == nullptr ? "none" : "address 0"));
        }
        return reinterpret_cast<T*>(value);
    }
};
