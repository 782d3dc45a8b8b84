#include "report.h"

#include <cstdio>

void Report::complain(const std::string& what) {
    constexpr long kPrinted = 60;
    if (++failures < kPrinted) {
        std::fprintf(stderr, "FAILED %s: %s\n", where.c_str(), what.c_str());
    }
}

Report& report() {
    static Report instance;
    return instance;
}
