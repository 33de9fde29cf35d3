#!/usr/bin/env python3
"""Compiles damaged models: bits flipped, bytes inserted and removed, truncated, with seeds. Each ends in an artefact or in
one message and an exit code; never in a crash, a hang, or half-written output.

usage: damaged_models.py LLMC [--count N]      N: LLMC_MUTATIONS, or 100
One level of CPU is compiled for: damage is found before code is made.
"""

import argparse
import concurrent.futures
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile

import onnx
from google.protobuf.message import DecodeError

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODELS = ["bert_tiny", "vit_tiny", "dynamo_gpt2_tiny.eager"]


def structure(data):
    """A model without the bytes of its weights; None where it can't be read."""
    try:
        model = onnx.ModelProto.FromString(data)
    except DecodeError:
        return None
    for weight in model.graph.initializer:
        weight.ClearField("raw_data")
    return model.SerializeToString(deterministic=True)


def damage(data, generator):
    """Damage of the structure: the bytes of weights say nothing when they change."""
    whole = structure(data)
    while structure(damaged := damage_anywhere(data, generator)) == whole:
        pass
    return damaged


def damage_anywhere(data, generator):
    data = bytearray(data)
    kind = generator.choice(["flip", "flip", "flip", "byte", "insert", "remove", "cut"])
    for _ in range(generator.choice([1, 1, 2, 8])):
        place = generator.randrange(min(len(data), 120_000) if generator.random() < 0.8 else len(data))
        if kind == "flip":
            data[place] ^= 1 << generator.randrange(8)
        elif kind == "byte":
            data[place] = generator.randrange(256)
        elif kind == "insert":
            data[place:place] = bytes(generator.randrange(256) for _ in range(generator.randrange(1, 9)))
        elif kind == "remove":
            del data[place : place + generator.randrange(1, 9)]
    if kind == "cut":
        del data[generator.randrange(len(data)) :]
    return bytes(data)


def attempt(llmc, model, seed, scratch):
    """None, or what went wrong."""
    folder = os.path.join(scratch, str(seed))
    os.mkdir(folder)
    path, output = os.path.join(folder, "model.onnx"), os.path.join(folder, "out")
    with open(path, "wb") as file:
        file.write(damage(model, random.Random(seed)))
    try: # by its own time: others may have the machine
        done = subprocess.run([llmc, "compile", path, "-o", output, "--cpu", "x86-64-v3"], capture_output=True, text=True, errors="replace",
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)), timeout=1800)
    except subprocess.TimeoutExpired:
        return "hangs"
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return "takes more than a minute of a CPU"
    if done.returncode not in (0, 1, 3):
        return f"exit code {done.returncode}: {done.stderr[-400:]}"
    if done.returncode and not done.stderr.startswith("llmc: error: "):
        return f"no message: {done.stderr[:200]!r}"
    left = sorted(set(os.listdir(folder)) - {"model.onnx"})
    if left != (["out"] if done.returncode == 0 else []):
        return f"left behind {left}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llmc")
    parser.add_argument("--count", type=int, default=int(os.environ.get("LLMC_MUTATIONS", "100")))
    parser.add_argument("--seed", type=int, help="only this one")
    arguments = parser.parse_args()
    models = [open(os.path.join(ROOT, "test", "models", name, "model.onnx"), "rb").read() for name in MODELS]
    seeds = [arguments.seed] if arguments.seed is not None else range(arguments.count)
    failed = 0
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda s: attempt(arguments.llmc, models[s % len(models)], s, scratch), seeds)
        for seed, wrong in zip(seeds, results):
            if wrong:
                failed += 1
                print(f"FAIL seed {seed} ({MODELS[seed % len(models)]}): {wrong}", flush=True)
    print(f"{len(seeds) - failed} of {len(seeds)} damaged models ended well")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
