#!/bin/bash
# Builds and runs the tests. With --full also those labelled `full`, longer fuzzing, fresh random graphs for
# LLMC_GRAPH_MINUTES (default 10) of each generator, and the unit tests under sanitizers.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
'') scope=(-LE full) ;;
--full) scope=() ;;
*) echo "usage: scripts/test.sh [--full]" >&2; exit 2 ;;
esac

scripts/setup.sh "$@"

if [ "${1:-}" = --full ]; then
  export LLMC_MUTATIONS="${LLMC_MUTATIONS:-2000}" LLMC_GRAPHS="${LLMC_GRAPHS:-1000}"
  export LLMC_KILLS="${LLMC_KILLS:-0}" LLMC_LOADS="${LLMC_LOADS:-50000}"
  # LLVM and lld are not instrumented: containers and memory pools shared with them look overrun when they are not.
  export ASAN_OPTIONS=detect_container_overflow=0:allow_user_poisoning=0:allocator_may_return_null=1
  export LSAN_OPTIONS=suppressions="$PWD/test/unit/leaks.txt" UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  [ -f build-sanitize/build.ninja ] || cmake --preset sanitize
  cmake --build build-sanitize
  # What is overlooked in leaks.txt is known by stacks that are unwound in full, which takes long.
  unwound=cancelAtEveryPointLeavesNothing
  ctest --test-dir build-sanitize --output-on-failure -j2 -L unit -E $unwound
  ASAN_OPTIONS=$ASAN_OPTIONS:fast_unwind_on_malloc=0 ctest --test-dir build-sanitize --output-on-failure -R $unwound
  [ -f build-threads/build.ninja ] || cmake --preset sanitize-threads
  cmake --build build-threads --target llmc-runtime-tests
  TSAN_OPTIONS=allocator_may_return_null=1 build-threads/bin/llmc-runtime-tests
fi
ctest --test-dir build --output-on-failure -j2 "${scope[@]}"
