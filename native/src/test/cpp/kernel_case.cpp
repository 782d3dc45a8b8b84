#include "kernel_case.h"

std::string shape_text(std::initializer_list<std::pair<const char*, long>> sizes) {
    std::string text;
    for (const auto& [name, size] : sizes) {
        text += (text.empty() ? "" : ", ") + std::string(name) + " " + std::to_string(size);
    }
    return text;
}
