#!/usr/bin/env python3
"""Loads a folder again and again beside compiles that put one of two models into it in turn: each load gets one of them,
whole, and its results. Pairs of compiles into one new folder at once both succeed, and leave one of the two.

usage: replaced_while_read.py LLMC [--loads N]      N: LLMC_LOADS, or 300
"""

import argparse
import gc
import itertools
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings/python"))
import llmc  # noqa: E402

NETWORK = ROOT / "test/lit/tools/Inputs/network.mlir"
X = np.ones((2, 8), np.float32)


def other_network(scratch):
    """The network with other weights, so that no mixture of the two gives results of either."""
    path = scratch / "other.mlir"
    path.write_text(NETWORK.read_text().replace("arith.constant 7 : i64", "arith.constant 5 : i64"))
    return path


def compile_model(tool, model, folder, *options):
    return subprocess.run([tool, "compile", model, "-o", folder, "--cpu=x86-64-v3", "--threads=1", *options],
                          capture_output=True, text=True)


def loads_beside_compiles(tool, scratch, ways, count):
    """`ways` are the two compiles: a model and options each."""
    folder, wanted = scratch / "out", []
    for model, options in ways:
        done = compile_model(tool, model, folder, *options)
        assert done.returncode == 0, done.stderr
        wanted.append(llmc.load(folder, threads=1)(x=X)["y"])
    assert not np.array_equal(*wanted)
    finished, failures, built = threading.Event(), [], [0, 0]

    def compile_in_turn():
        while not finished.is_set():
            way = sum(built) % 2
            built[way] += 1
            model, options = ways[way]
            done = compile_model(tool, model, folder, *options)
            if done.returncode:
                failures.append(f"a compile: {done.stderr}")

    compiler = threading.Thread(target=compile_in_turn)
    compiler.start()
    seen = [0, 0]
    turn = 0
    for turn in itertools.count(1):
        if turn > count and sum(built) >= 4:
            break
        try:
            got = llmc.load(folder, threads=1)(x=X)["y"]
            which = [i for i in range(2) if np.array_equal(got, wanted[i])]
            if which:
                seen[which[0]] += 1
            else:
                failures.append(f"load {turn}: results of neither model")
        except llmc.ModelError as error:
            failures.append(f"load {turn}: {error}")
        if turn % 50 == 0:
            gc.collect()
    finished.set()
    compiler.join()
    print(f"{turn - 1} loads, {seen} of each model, beside {sum(built)} compiles: {len(failures)} failures", flush=True)
    return failures


def runs_beside_compiles(tool, scratch, ways, count):
    """The same for the tool, which looks at the files before it loads them."""
    folder, failures = scratch / "out", []
    for turn in range(count):
        compiler = subprocess.Popen([tool, "compile", ways[turn % 2][0], "-o", folder, "--cpu=x86-64-v3", "--threads=1",
                                     *ways[turn % 2][1]], stdout=subprocess.DEVNULL)
        while compiler.poll() is None:
            done = subprocess.run([tool, "run", folder, "--random"], capture_output=True, text=True)
            if done.returncode:
                failures.append(done.stderr)
    return failures


def pairs_of_compiles(tool, scratch, count):
    """Two compiles into a folder that is not there yet."""
    failures = []
    for turn in range(count):
        folder = scratch / f"pair{turn}"
        command = [tool, "compile", NETWORK, "-o", folder, "--cpu=x86-64-v3", "--threads=1"]
        names = ["--name=network", "--name=other"] if turn % 2 else ["--dim=n=1..4", "--dim=n=2..9"]
        pair = [subprocess.Popen([*command, name], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                for name in names]
        for process in pair:
            message = process.communicate()[1]
            if process.returncode:
                failures.append(message)
        if len(os.listdir(folder)) != 3:
            failures.append(f"two compiles leave {os.listdir(folder)}")
        done = subprocess.run([tool, "check", folder], capture_output=True, text=True)
        if done.returncode or "note" in done.stdout:
            failures.append(f"two compiles leave a mixture: {done.stdout}{done.stderr}")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llmc")
    parser.add_argument("--loads", type=int, default=int(os.environ.get("LLMC_LOADS", "300")))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch, failures = Path(name), []
        other = other_network(scratch)
        for names, options in ((("a", "a"), []), (("a", "a"), ["--weights=file"]), (("a", "b"), [])):
            ways = [(model, [f"--name={name}", *options]) for model, name in zip((NETWORK, other), names)]
            failures += loads_beside_compiles(arguments.llmc, scratch, ways, arguments.loads // 3)
            failures += runs_beside_compiles(arguments.llmc, scratch, ways, 2)
        failures += pairs_of_compiles(arguments.llmc, scratch, 4)
    for failure in failures[:10]:
        print("FAIL", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
