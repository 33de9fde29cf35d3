#!/usr/bin/env python3
"""Kills `llmc compile` at many points while it replaces an artefact. What is left is the old artefact or the new one, byte
by byte, with the user's own file beside it; the next compile removes whatever else was left.

usage: killed_compiles.py LLMC [--count N]      N: LLMC_KILLS, or 30
"""

import argparse
import collections
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODEL = os.path.join(ROOT, "test", "models", "bert_tiny", "model.onnx")
OLD, NEW = ["--cpu=x86-64-v3", "--emit=so,a,h"], ["--cpu=x86-64-v3", "--emit=so", "--weights=embed"]


def compile_command(llmc, folder, options):
    return [llmc, "compile", MODEL, "-o", folder, *options]


def compile_model(llmc, folder, options):
    begin = time.monotonic()
    subprocess.run(compile_command(llmc, folder, options), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


def contents(folder):
    return {name: open(os.path.join(folder, name), "rb").read() for name in sorted(os.listdir(folder))}


def kill_at(llmc, folder, seconds):
    process = subprocess.Popen(compile_command(llmc, folder, NEW), stdout=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


def kill_when(llmc, folder, ready):
    """Kills the compile as soon as ready() says so."""
    process = subprocess.Popen(compile_command(llmc, folder, NEW), stdout=subprocess.DEVNULL)
    while process.poll() is None and not ready():
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()


def interrupt_at(llmc, folder, seconds):
    """The exit code after Ctrl-C."""
    process = subprocess.Popen(compile_command(llmc, folder, NEW), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    return process.wait()


def temporary_files(folder):
    """The files that a compile has begun so far."""
    parent = os.path.dirname(folder)
    try:
        return {file for name in os.listdir(parent) if name.startswith(".out.llmc-")
                for file in os.listdir(os.path.join(parent, name))}
    except FileNotFoundError: # put in place meanwhile
        return {"manifest.json"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llmc")
    parser.add_argument("--count", type=int, default=int(os.environ.get("LLMC_KILLS", "30")))
    arguments = parser.parse_args()
    llmc, found, littered = arguments.llmc, collections.Counter(), 0
    with tempfile.TemporaryDirectory() as scratch:
        place = os.path.join(scratch, "place")
        folder, saved = os.path.join(place, "out"), os.path.join(scratch, "saved")
        os.makedirs(saved)
        with open(os.path.join(saved, "notes.txt"), "w") as file:
            file.write("mine")
        compile_model(llmc, saved, OLD)
        old = contents(saved)
        shutil.copytree(saved, folder)
        duration = compile_model(llmc, folder, NEW)
        new = contents(folder)
        assert "bert_tiny.a" in old and "bert_tiny.a" not in new and new["notes.txt"] == b"mine"
        moments = ["bert_tiny.weights", "bert_tiny.0.o", "bert_tiny.so", "manifest.json"]
        for turn in range(arguments.count):
            shutil.rmtree(folder)
            shutil.copytree(saved, folder)
            if turn % 3 == 0:
                moment = moments[turn // 3 % len(moments)]
                kill_when(llmc, folder, lambda m=moment: m in temporary_files(folder))
            else:
                kill_at(llmc, folder, duration * 1.2 * turn / arguments.count)
            now = contents(folder)
            state = "old" if now == old else "new" if now == new else None
            found[state] += 1
            littered += len(os.listdir(place)) > 1
            if state is None:
                print(f"FAIL turn {turn}: the artefact is neither the old nor the new one: {sorted(now)}")
        compile_model(llmc, folder, NEW)
        clean = sorted(os.listdir(place))
        if clean != ["out"] or contents(folder) != new:
            print(f"FAIL the next compile leaves {clean}")
            return 1
        codes = collections.Counter(interrupt_at(llmc, folder, duration * part) for part in (0.3, 0.4, 0.5, 0.6, 0.7))
        if set(codes) - {0, 130} or not codes[130]:
            print(f"FAIL Ctrl-C ends compiles with {dict(codes)}")
            return 1
        print(f"{arguments.count} kills: {found['old']} left the old artefact, {found['new']} the new one, "
              f"{littered} a temporary folder, which the next compile removed")
    return 1 if found[None] or not littered or not found["new"] else 0


if __name__ == "__main__":
    sys.exit(main())
