#!/usr/bin/env python3
"""Installs the package as people do, into environments that hold nothing else and away from the source tree, and tries it:
the wheel of scripts/wheel.sh, `pip install ./bindings/python`, and the package without a compiler.

usage: wheel.py SOURCE FOLDER
"""
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

SOURCE, FOLDER = map(Path, sys.argv[1:])
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("LLMC_", "PYTHON"))}

RUN_ONLY = """
import llmc, sys
model = llmc.load(sys.argv[1])
print(model(**{name: [[0, 1, 1]] for name in model.inputs})["last_hidden_state"].shape)
try:
    llmc.compile(b"", "out")
except llmc.CompilerNotFound as error:
    print(error)
"""

CROSS = """
import llmc, sys
print(llmc.compile(sys.argv[1], "cross", target_triple="aarch64-linux-gnu").facts["levels"])
"""


def run(*command, **environment):
    done = subprocess.run(command, cwd=FOLDER, text=True, capture_output=True, env={**CLEAN, **environment})
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def fresh(name, *requirements, **environment):
    """The Python of a new environment that these were installed into."""
    venv.create(FOLDER / name, with_pip=True)
    python = FOLDER / name / "bin/python"
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements, **environment)
    return python


def must(condition, message):
    if not condition:
        sys.exit(message)


def tour(python):
    """Runs the example, which must find the compiler inside the package."""
    found = run(python, "-c", "import llmc; llmc.compiler_version(); print(llmc._compiler.library()._name)")
    must(found.startswith(str(FOLDER)), f"{python} takes the compiler from {found}")
    printed = run(python, SOURCE / "examples/python/tour.py", SOURCE / "test/models/bert_tiny/model.onnx")
    must("threads: 2080 tokens" in printed, printed)


def tree_state():
    listed = run("git", "-C", SOURCE, "status", "--short", "--ignored", "bindings")
    return "".join(line for line in listed.splitlines(True) if "__pycache__" not in line)  # other tests make these


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    model = SOURCE / "test/models/bert_tiny/model.onnx"
    (wheel,) = run(SOURCE / "scripts/wheel.sh", FOLDER / "wheels").split()
    must(Path(wheel).stat().st_size < 10e6, f"{wheel} is larger than 10 MB")
    python = fresh("of-wheel", wheel)
    tour(python)
    run(python, "-c", CROSS, model)

    before = tree_state()
    tour(fresh("of-source", SOURCE / "bindings/python"))
    must(tree_state() == before, "pip install leaves files in the source tree:\n" + tree_state())

    copy = FOLDER / "elsewhere/bindings/python"  # a source tree without a build
    shutil.copytree(SOURCE / "bindings/python", copy)
    for name in ("CMakeLists.txt", "LICENSE"):
        shutil.copy(SOURCE / name, copy.parents[1])
    run(python, "-c", "import llmc, sys; llmc.compile(sys.argv[1], 'out')", model)
    printed = run(fresh("run-only", copy), "-c", RUN_ONLY, "out", PATH="/usr/bin:/bin")
    must("(1, 3, 128)" in printed and "the compiler can't be loaded" in printed, printed)


if __name__ == "__main__":
    main()
