#!/usr/bin/env bash
# weak-symbols.sh OBJECT...: fails if an object exports weak functions, naming them.
#
# The kernels of an instruction set instantiate templates of the standard library under that set. If
# such a copy is not inlined, the linker may take it for the whole library, and an older processor
# meets an illegal instruction in code that never asked for the set.
set -eu
weak=$(nm -C "$@" | grep ' [Wu] ' | head -n 5 || true)
[ -z "$weak" ] && exit 0
echo "expected no weak function in $*, found:" >&2
echo "$weak" >&2
exit 1
