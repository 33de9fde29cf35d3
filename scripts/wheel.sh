#!/bin/bash
# Builds the wheel of the Python package from build/ into a folder, build/wheels unless another is named. Needs the network, for
# the package that builds wheels.
set -euo pipefail
folder=$(realpath -m "${1:-$(dirname "$0")/../build/wheels}")
cd "$(dirname "$0")/.."

[ -f build/build.ninja ] || { echo "wheel: error: there is no build; run scripts/setup.sh" >&2; exit 1; }
# Installed libraries don't name the build, and have no symbols but those they offer.
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
cmake --install build --prefix "$prefix" --strip >/dev/null
library=$(find "$prefix" -name libllmc.so.0)
LLMC_LIBRARY=$library .venv/bin/python -m pip wheel -q --disable-pip-version-check --no-deps -w "$folder" bindings/python
ls "$folder"/llmc-*.whl
