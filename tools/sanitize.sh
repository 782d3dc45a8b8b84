#!/usr/bin/env bash
# sanitize.sh [SHAPES]: runs every kernel under the address and undefined behaviour sanitizers,
# with so many random shapes per kernel (default 30) beside the fixed ones.
#
# Not optimised: what is out of bounds there is so here, and g++ needs a tenth of the time.
set -eu
cd "$(dirname "$0")/.."
shapes=${1:-30}
sources=native/src/main/cpp tests=native/src/test/cpp objects=native/target/sanitize
jobs=$(nproc)

flags="-std=c++17 -O0 -g1 -fno-omit-frame-pointer -Wall -Wextra -Werror -Wno-psabi
  -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
  -D_GLIBCXX_ASSERTIONS -I$sources -I$tests"
# Working blocks ask the driver how long to be.
planted="-DBLOCK_ELEMENTS(size)=::planted_block_elements(size) -include $tests/planted.h"

mkdir -p "$objects"
# Objects are kept as long as sources, flags and compiler are the same.
stamp=$({ cat "$sources"/* "$tests"/*; echo "$flags $planted"; g++ --version; } | sha256sum)
if [ "$(cat "$objects/stamp" 2>/dev/null)" != "$stamp" ] || [ ! -x "$objects/driver" ]; then
  rm -f "$objects"/*
  # The longest first.
  printf '%s\n' "$sources"/kernels_*.cpp "$tests"/*_cases.cpp "$tests"/[drpk]*[!s].cpp \
    "$sources"/kernels.cpp "$sources"/process.cpp "$tests"/refusals.cpp |
    awk '!seen[$0]++' |
    xargs -P "$jobs" -I{} sh -c 'g++ '"$(echo $flags)"' '"'${planted%% *}' ${planted#* }"' \
      -c {} -o '"$objects"'/$(basename {} .cpp).o'
  # An unoptimised object of an instruction set exports copies of the standard library's templates:
  # the check of the build must see them, and those of the generic objects have to come first.
  if tools/weak-symbols.sh "$objects"/kernels_avx*.o 2>/dev/null; then
    echo "sanitize: expected tools/weak-symbols.sh to refuse unoptimised objects" >&2
    exit 1
  fi
  rest=$(ls "$objects"/*.o | grep -v kernels_avx)
  g++ -fsanitize=address,undefined $rest "$objects"/kernels_avx2.o "$objects"/kernels_avx512.o \
    -ldl -o "$objects/driver"
  echo "$stamp" > "$objects/stamp"
fi

export UBSAN_OPTIONS=print_stacktrace=1
# The leak checker cannot work where processes may not be traced.
leaks=1
ASAN_OPTIONS=detect_leaks=1:exitcode=99 "$objects/driver" leak 2>"$objects/leak.txt" && status=0 || status=$?
if [ $status -ne 99 ] || ! grep -q 'detected memory leaks' "$objects/leak.txt"; then
  leaks=0
  echo "sanitize: no leak is looked for: $(grep -m 1 LeakSanitizer "$objects/leak.txt" || echo "the checker found none where there was one")"
fi

kernels=$("$objects/driver" list)
{
  for kernel in $kernels; do
    # The child of a planted error ends by itself: nothing to symbolise, no leak of interest.
    echo "ASAN_OPTIONS=exitcode=99:symbolize=0:detect_leaks=0 $objects/driver planted $kernel"
    echo "ASAN_OPTIONS=exitcode=99:detect_leaks=$leaks:detect_stack_use_after_return=1 $objects/driver check $kernel $shapes"
  done
  echo "ASAN_OPTIONS=exitcode=99:detect_leaks=$leaks $objects/driver check refusals"
} | xargs -P "$jobs" -I{} sh -c '{}' || { echo "sanitize: failed, see above" >&2; exit 1; }
