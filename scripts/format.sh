#!/bin/bash
# Formats all C and C++ files; with --check only lists those that need it, and fails then.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=/usr/lib/llvm-22/bin/clang-format
on_all_files() {
  git ls-files -z --cached --others --exclude-standard -- '*.h' '*.cpp' '*.c' '*.cuh' '*.cu' | xargs -0 -r "$@"
}

case "${1:-}" in
'') on_all_files "$tool" -i ;;
--check)
  unformatted=$(on_all_files "$tool" --dry-run 2>&1 | sed -n 's/:[0-9]*:[0-9]*: warning: .*//p' | sort -u)
  once=$({ git grep -l '^#pragma once' -- '*.h' || true; } | sed 's/$/: has #pragma once, write an include guard/')
  [ -z "$unformatted$once" ] || { printf '%s\n' $unformatted ${once:+"$once"}; exit 1; }
  ;;
*) echo "usage: scripts/format.sh [--check]" >&2; exit 2 ;;
esac
