// Takes one element away from the n-th array or working block of a call, so that the sanitizer has
// something to find.
#pragma once

struct Planted {
    int buffer = -1;  // counted from the start of a case, -1: none
    int block = -1;
    int buffers = 0;  // seen so far
    int blocks = 0;

    long buffer_elements(long elements);
    long block_elements(long elements);
};

Planted& planted();

// Of BLOCK_ELEMENTS in the kernels of this build.
long planted_block_elements(long elements);
