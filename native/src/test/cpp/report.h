// What the driver counted and complained about.
#pragma once

#include <string>

struct Report {
    long calls = 0;
    long failures = 0;
    double largest_difference = 0;
    std::string where;  // the call under way

    void complain(const std::string& what);
};

// Of the process: the checks of one call lie in many places.
Report& report();
