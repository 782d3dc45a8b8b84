// Calls that every entry point must refuse instead of reading or writing what is not there.
#pragma once

void check_refusals();

// Another allocator than glibc's is recognised: under the sanitizer there is one.
void check_allocator();
