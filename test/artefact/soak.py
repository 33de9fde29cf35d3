#!/usr/bin/env python3
"""soak.py LLMC SECONDS: a compiled model in a busy process; Inputs/soak.cpp says what must hold."""
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    llmc, seconds = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        model = ROOT / "test/models/bert_tiny/model.onnx"
        subprocess.run([llmc, "compile", model, "-o", f"{scratch}/out", "--weights=file"], check=True, stdout=subprocess.DEVNULL)
        program = f"{scratch}/soak"
        source = ROOT / "test/artefact/Inputs/soak.cpp"
        include = ROOT / "runtime/include"
        subprocess.run(["g++", "-std=c++17", "-O1", "-pthread", f"-I{include}", source, "-o", program, "-ldl"], check=True)
        subprocess.run([program, f"{scratch}/out/bert_tiny.so", "64", seconds], check=True)


if __name__ == "__main__":
    main()
