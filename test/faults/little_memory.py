#!/usr/bin/env python3
"""Compiles where address space runs out, at many points of the compilation. Each one succeeds, or ends with one message,
the status for it, and nothing left behind; no child is ended by a signal, and none hangs.

usage: little_memory.py LLMC [--count N]      LLMC_LIBRARY names libllmc; N: LLMC_LIMITS, or 6
"""

import argparse
import collections
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "test/models/bert_tiny/model.onnx"
MOST = 512 << 20  # address space that a compilation never takes beyond that of the loaded compiler
PATIENCE = 300

LIBRARY = """
import pathlib, resource, sys
sys.path.insert(0, sys.argv[1])
import llmc
llmc.compiler_version()
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + int(sys.argv[4])
try:
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    llmc.compile(sys.argv[2], sys.argv[3])
except llmc.CompileError as error:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert error.status == llmc.CompileStatus.NO_MEMORY and "memory" in str(error), repr(error)
    assert not pathlib.Path(sys.argv[3]).exists()
    print("refused")
except (MemoryError, RuntimeError): # of Python itself, "can't start new thread"
    print("refused by Python")
else:
    print("compiled")
"""


def by_library(scratch, bytes_more):
    arguments = [sys.executable, "-c", LIBRARY, str(ROOT / "bindings/python"), str(MODEL), str(scratch / "out"),
                 str(bytes_more)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout.strip() if done.returncode == 0 else f"exit code {done.returncode}: {done.stderr[-2000:]}"


def by_tool(llmc, scratch, most):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

    done = subprocess.run([llmc, "compile", str(MODEL), "-o", str(scratch / "out")], capture_output=True, text=True,
                          timeout=PATIENCE, preexec_fn=limit)
    if done.returncode == 0:
        return "compiled"
    if done.returncode == 127 and "shared librar" in done.stderr:
        return "not loaded"
    said = done.stderr.strip().splitlines()
    if done.returncode == 1 and len(said) == 1 and "memory ran out" in said[0]:
        return "refused"
    return f"exit code {done.returncode}: {done.stderr[-2000:]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llmc")
    parser.add_argument("--count", type=int, default=int(os.environ.get("LLMC_LIMITS", "6")))
    arguments = parser.parse_args()
    found, failures = collections.Counter(), 0
    loaded = 400 << 20  # address space of the tool when it begins, about
    for turn in range(arguments.count):
        share = (turn / arguments.count) ** 2  # more points where most of the work is done
        for name, run in (("library", lambda scratch: by_library(scratch, int(MOST * share))),
                          ("tool", lambda scratch: by_tool(arguments.llmc, scratch, loaded + int(MOST * share)))):
            with tempfile.TemporaryDirectory() as folder:
                result = run(Path(folder))
                left = [] if result == "compiled" else os.listdir(folder)
            found[f"{name} {result}"] += 1
            if left or result.startswith("exit code"):
                failures += 1
                print(f"FAIL {name} at {share:.4f} of {MOST >> 20} MB: {result}; left: {left}")
    for result, count in sorted(found.items()):
        print(f"{count:4} {result.splitlines()[0]}")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
