// What the bodies of the kernels use, to be included before an instruction set is chosen: nothing
// of the standard library may be compiled for it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "kernel_list.h"
