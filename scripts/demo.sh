#!/usr/bin/env bash
# The main job on one screen: compiles a real Transformer graph, runs it, and shows speed and memory.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh llmc
model=test/models/bert_tiny/model.onnx
[ $# -gt 0 ] && model=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

echo "== llmc compile $model -o out/"
build/bin/llmc compile "$model" -o "$out/model"
echo
echo "== what came out"
ls -l "$out/model" | awk 'NR > 1 { printf "%10d bytes  %s\n", $5, $9 }'
echo
echo "== llmc run out/ --random"
build/bin/llmc run "$out/model" --random --outputs "$out/outputs.npz"
echo "outputs written"
echo
echo "== against ONNX Runtime, interleaved, one thread"
bench/race "$model" --venv .venv --peers onnxruntime --threads 1 --rounds 15 --seconds 0.2
