#!/usr/bin/env python3
"""Artefacts load on systems with glibc 2.17: no symbol that a library takes is younger, none is without a version, and
archives take no others. One of the models calls libm.

usage: old_systems.py LLMC
"""

import os
import re
import subprocess
import sys
import tempfile

import onnx
from onnx import TensorProto, helper

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OLDEST = (2, 17)
PARTS = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2"}
HERE, ARM = "x86_64-linux-gnu", "aarch64-linux-gnu"
MATH = ["Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Exp", "Log", "Erf", "Round",
        "Floor", "Ceil", "Sqrt"]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def write_math_model(path):
    """Each function in f32 and in f64, and powers whose base or exponent compilers know."""
    nodes, inputs, outputs = [], [], []
    for kind, suffix in ((TensorProto.FLOAT, "f"), (TensorProto.DOUBLE, "d")):
        inputs.append(helper.make_tensor_value_info("x" + suffix, kind, ["n"]))
        for name in MATH:
            nodes.append(helper.make_node(name, ["x" + suffix], [name + suffix]))
            outputs.append(helper.make_tensor_value_info(name + suffix, kind, ["n"]))
        for base in (2, 10):
            constant = helper.make_tensor("", kind, [], [base])
            nodes.append(helper.make_node("Constant", [], [f"c{base}{suffix}"], value=constant))
            nodes.append(helper.make_node("Pow", [f"c{base}{suffix}", "x" + suffix], [f"pow{base}{suffix}"]))
            outputs.append(helper.make_tensor_value_info(f"pow{base}{suffix}", kind, ["n"]))
        nodes.append(helper.make_node("Mod", ["x" + suffix, "c2" + suffix], ["mod" + suffix], fmod=1))
        outputs.append(helper.make_tensor_value_info("mod" + suffix, kind, ["n"]))
    graph = helper.make_graph(nodes, "math", inputs, outputs)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def undefined(library):
    """(name, version or None) of all that it takes from others."""
    for line in run("readelf", "-W", "--dyn-syms", library).splitlines():
        fields = line.split()
        if len(fields) >= 8 and fields[6] == "UND":
            name, _, version = fields[7].partition("@")
            yield name, version.lstrip("@").removeprefix("GLIBC_") or None


def check_library(library):
    symbols = dict(undefined(library))
    assert "clock_gettime" in symbols, symbols
    for name, version in symbols.items():
        assert version, f"{library}: {name} has no version"
        assert tuple(map(int, version.split("."))) <= OLDEST, f"{library}: {name} needs glibc {version}"
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-W", "-d", library)))
    assert needed <= PARTS, needed
    return needed


def check_archive(archive, known):
    """A user's own linker chooses the versions of these, so their names must do."""
    names = {line.split()[-1] for line in run("nm", "-u", archive).splitlines() if line.strip().startswith("U ")}
    strange = {name for name in names if name not in known and not name.endswith("_llmc_model_weights")}
    assert not strange, f"{archive}: {strange}"


def main():
    llmc = sys.argv[1]
    with open(os.path.join(ROOT, "compiler", "codegen", "artefact", "SystemSymbols.def")) as file:
        known = set(re.findall(r"^LLMC_\w+\((?:[\d.]+, )?(\w+)\)$", file.read(), re.MULTILINE))
    with tempfile.TemporaryDirectory() as scratch:
        math = os.path.join(scratch, "math.onnx")
        write_math_model(math)
        models = {name: os.path.join(ROOT, "test", "models", name, "model.onnx")
                  for name in sorted(os.listdir(os.path.join(ROOT, "test", "models")))}
        for name, model in {**models, "math": math}.items():
            for target in [HERE, ARM] if name in ("math", "llama_tiny.fp16") else [HERE]:
                out = os.path.join(scratch, f"{name}-{target}")
                run(llmc, "compile", model, "-o", out, "--name=model", "--emit=so,a", "--target-triple", target)
                needed = check_library(os.path.join(out, "model.so"))
                assert name != "math" or "libm.so.6" in needed, needed
                check_archive(os.path.join(out, "model.a"), known)
            run(llmc, "run", os.path.join(scratch, f"{name}-{HERE}"), "--random")
            print(f"ok   {name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
