"""Artefacts for aarch64 under qemu's user mode, as CPUs of several kinds."""

import json
import os
import shutil
import subprocess

import numpy as np

import cases

COMPILER = "aarch64-linux-gnu-gcc"
TARGET = ["--target-triple", "aarch64-linux-gnu"]
OLD, DOTPROD, NEW = "cortex-a72", "neoverse-n1", "max"  # without any of the levels' instructions, with those for bytes, with all
CPUS = (OLD, DOTPROD, NEW)
TYPES = {element.code: element.dtype for element in cases.llmc.dtypes.ELEMENT_TYPES}


class Failed(RuntimeError):
    """The message of a model that can't be opened or run."""


def require_tools(*more):
    for tool in (COMPILER, "qemu-aarch64", *more):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is missing; scripts/setup.sh installs it")


def build_runner(scratch, compiler=COMPILER):
    program = os.path.join(scratch, "runner-" + compiler)
    done = subprocess.run([compiler, "-std=gnu99", "-Wall", "-Wextra", "-Werror", os.path.join(cases.ROOT, "test", "artefact", "Inputs", "runner.c"),
                           "-I" + os.path.join(cases.ROOT, "runtime", "include"), "-ldl", "-o", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return program


def run(runner, folder, feeds, cpu=NEW, level=None):
    """The outputs of the model in `folder` for each of several feeds, on a CPU, of which LLMC_CPU may hide a part. Inputs border on
    pages that nobody may touch."""
    manifest = json.load(open(os.path.join(folder, "manifest.json")))
    places = [os.path.join(folder, f"run.{number}") for number in range(len(feeds))]
    for place, arrays in zip(places, feeds):
        os.makedirs(place, exist_ok=True)
        for index, tensor in enumerate(manifest["inputs"]):
            array = np.asarray(arrays[tensor["name"]])
            array.tofile(os.path.join(place, f"in.{index}"))
            with open(os.path.join(place, f"in.{index}.dims"), "w") as file:
                file.write(" ".join(map(str, array.shape)))
    environment = {**os.environ, "LLMC_CPU": level or ""}
    library = os.path.join(folder, manifest["model"] + ".so")
    done = subprocess.run(["qemu-aarch64", "-cpu", cpu, "-L", "/usr/aarch64-linux-gnu", runner, library, *places],
                          capture_output=True, text=True, env=environment)
    if done.returncode:
        raise Failed(done.stderr.strip() or f"exit code {done.returncode}")
    return [{tensor["name"]: read_output(place, index, TYPES[tensor["dtype"]]) for index, tensor in enumerate(manifest["outputs"])}
            for place in places]


def read_output(place, index, dtype):
    shape = [int(dim) for dim in open(os.path.join(place, f"out.{index}.dims")).read().split()]
    return np.fromfile(os.path.join(place, f"out.{index}"), dtype).reshape(shape)
