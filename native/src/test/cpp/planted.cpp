#include "planted.h"

long Planted::buffer_elements(long elements) {
    if (elements == 0) {
        return 0;
    }
    return buffers++ == buffer ? elements - 1 : elements;
}

long Planted::block_elements(long elements) {
    if (elements == 0) {
        return 0;
    }
    return blocks++ == block ? elements - 1 : elements;
}

Planted& planted() {
    static Planted instance;
    return instance;
}

long planted_block_elements(long elements) {
    return planted().block_elements(elements);
}
