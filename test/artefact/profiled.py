#!/usr/bin/env python3
"""What profilers and debuggers see of a library: each kernel of each level under a name of its own, which is not exported,
and a build-id that differs between models and not between compiles.

usage: profiled.py LLMC
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def compile_model(llmc, model, folder, *options):
    run(llmc, "compile", os.path.join(ROOT, "test", "models", model, "model.onnx"), "-o", folder, "--name=model", *options)
    return os.path.join(folder, "model.so")


def functions(library, table):
    """(name, address, bytes, binding) of each function in a table of symbols."""
    for line in run("readelf", "-W", table, library).splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[3] == "FUNC" and fields[6] != "UND":
            yield fields[7].split("@")[0], int(fields[1], 16), int(fields[2]), fields[4]


def check_symbols(library, manifest):
    local = [row for row in functions(library, "--symbols") if row[3] == "LOCAL"]
    for level in manifest["levels"]:
        suffix = "__" + re.sub("[^a-z0-9]", "_", level)
        for name in sorted({kernel["function"] for kernel in manifest["kernels"]} | {"llmc_model_bind", "llmc_model_run"}):
            found = [row for row in local if row[0] == name + suffix]
            assert len(found) == 1 and found[0][2] > 0, (name + suffix, found)
    assert any("ThreadPool" in row[0] for row in local), "the runtime has no names"
    exported = [row[0] for row in functions(library, "--dyn-syms")]
    assert exported and all(re.fullmatch("(model_)?llmc_(model|context|kernel_view|get|status)_[a-z_]+", name) and "__" not in name
                            for name in exported), exported
    return local


def build_id(library):
    found = re.search("Build ID: ([0-9a-f]{40})", run("readelf", "-n", library))
    assert found, f"{library} has no build-id"
    return found[1]


def check_debugger(library, local):
    for name, address, _, _ in (row for row in local if "matmul" in row[0]):
        shown = run("gdb", "-nx", "-batch", "-ex", "set print demangle off", "-ex", f"info symbol {address}", library)
        assert f"{name} in section .text" in shown, shown


def main():
    llmc = sys.argv[1]
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "bert")
        library = compile_model(llmc, "bert_tiny", folder)
        with open(os.path.join(folder, "manifest.json")) as file:
            local = check_symbols(library, json.load(file))
        print("ok   names", flush=True)
        again = compile_model(llmc, "bert_tiny", os.path.join(scratch, "again"))
        other = compile_model(llmc, "vit_tiny", os.path.join(scratch, "other"))
        assert build_id(library) == build_id(again) != build_id(other)
        print("ok   build-id", flush=True)
        if shutil.which("gdb"):
            check_debugger(library, local)
            print("ok   debugger")
    return 0


if __name__ == "__main__":
    sys.exit(main())
