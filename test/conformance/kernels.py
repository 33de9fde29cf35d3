#!/usr/bin/env python3
"""Each operation as compiled code against the reference interpreter, on odd, dynamic, empty and size-1 dims, at each CPU
level. Inputs, outputs and scratch border on pages that nobody may touch, before them and behind.

usage: kernels.py LLMC LLMC_INTERPRET [--all] [CASE...]      the cases are those of kernel_cases.py
Instructions for bytes and bf16 run as plain code of the same meaning in all cases, and as they are in one of each kind, or with
--all in all where the machine has them.
"""

import os
import subprocess
import sys
import tempfile
from unittest import mock

import numpy as np

import cases
import guards
from kernel_cases import CASES


def reference(interpret, source, feeds, outputs, scratch):
    command = [interpret, source]
    for name, array in feeds.items():
        path = os.path.join(scratch, name + ".npy")
        np.save(path, array)
        command += ["--input", path]
    done = subprocess.run(command + ["--output-dir", scratch], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return {name: np.load(os.path.join(scratch, f"{i}.npy")) for i, name in enumerate(outputs)}


def check(llmc, interpret, case, scratch, every):
    source = os.path.join(scratch, case.name + ".mlir")
    with open(source, "w") as file:
        file.write(case.text())
    runs = []
    for number, sizes in enumerate(case.runs):
        feeds = case.feeds(sizes, np.random.default_rng(number))
        runs.append((sizes, feeds, reference(interpret, source, feeds, case.outputs(), scratch)))
    narrow = [level for start, levels in NARROW.items() if case.name.startswith(start) for level in levels]
    real = [level for level in narrow if cases.has_instructions(level) and (every or case.name in REAL)]
    problems = check_levels(llmc, case, source, runs, cases.cpu_levels())
    for level in [level + "-emulated" for level in narrow] + real:
        problems += check_levels(llmc, case, source, runs, [level])
    for level in real:
        fast, plain = (cases.llmc.load(folder_of(source, [level + form])) for form in ("", "-emulated"))
        problems += [(f"{level}, {sizes}", "plain code gives other bits than the instruction") for sizes, feeds, _ in runs
                     if any(fast(feeds)[name].tobytes() != value.tobytes() for name, value in plain(feeds).items())]
    return problems


def folder_of(source, levels):
    return source + "-".join(levels)


def check_levels(llmc, case, source, runs, levels):
    """One artefact, and what is wrong at each of its levels."""
    folder, problems = folder_of(source, levels), []
    message = cases.compile_model(llmc, source, folder, "--cpu", ",".join(levels), *case.pipeline())
    if message:
        return [(",".join(levels), message)]
    for level in levels:
        with mock.patch.dict(os.environ, {} if level.endswith("-emulated") else {"LLMC_CPU": level}):
            for side in guards.SIDES:
                found = guards.problems_in_child(lambda: run_guarded(folder, runs, side, "f16" in case.name))
                problems += [(f"{level}, {where}", wrong) for where, wrong in found]
            if case.name.startswith(ALONE):
                problems += [(f"{level}, {sizes}", "a row has other bits alone") for sizes in changed_alone(folder, case, runs)]
    return problems


# The levels that have instructions for such cases.
NARROW = {"packed_bytes_": ("x86-64-v3-vnni", "x86-64-v4-vnni", "x86-64-v4-amx"),
          "coded_products_": ("x86-64-v3-vnni", "x86-64-v4-vnni", "x86-64-v4-amx"),
          "packed_halves_": ("x86-64-v4-bf16", "x86-64-v4-amx"), "attention_narrow_": ("x86-64-v4-amx",),
          "block_bytes_": ("x86-64-v3-vnni", "x86-64-v4-vnni"), "block_halves_": ("x86-64-v4-bf16",)}
REAL = ("packed_bytes_u8s8_62", "packed_bytes_scaled", "coded_products_4_bits", "packed_halves_33", "attention_narrow_bf16", "block_bytes_62",
        "block_halves_33")
# Cases in which elements along n depend on nothing beside them.
ALONE = ("conv_", "running_sum_rows", "packed_codes_", "packed_halves_", "coded_products_", "block_")


def row_of(case, feeds, row):
    """The feeds with this element along n alone."""
    along = {f"x{i}": argument.split().index("n") for i, argument in enumerate(case.arguments) if "n" in argument.split()[:2]}
    return {name: np.take(array, [row], along[name]) if name in along else array for name, array in feeds.items()}


def changed_alone(folder, case, runs):
    """The sizes at which an element along n has other bits when one thread computes it alone."""
    several, one = (cases.llmc.load(folder, threads=threads) for threads in (2, 1))
    for sizes, feeds, _ in runs:
        together = several(feeds)
        for row in range(sizes["n"]):
            alone = one(row_of(case, feeds, row))
            if any(alone[name].tobytes() != together[name][row:row + 1].tobytes() for name in alone):
                yield sizes
                break


def run_guarded(folder, runs, side, loose):
    """[(where, what is wrong)]"""
    problems = []
    model = cases.llmc.load(folder)
    for sizes, feeds, want in runs:
        try:
            results = guards.run(model, feeds, want, threads=2, side=side)
            wrong = [(name, cases.judge(results[name], want[name], loose)) for name in want]
        except cases.llmc.ModelError as error:
            wrong = [("run", str(error))]
        problems += [(f"guard {side}, {sizes}, {name}", text) for name, text in wrong if text]
    return problems


def main():
    llmc, interpret = sys.argv[1:3]
    every, wanted = "--all" in sys.argv, [name for name in sys.argv[3:] if name != "--all"]
    chosen = [case for case in CASES if not wanted or case.name in wanted]
    with tempfile.TemporaryDirectory() as scratch:
        failed = cases.tell(chosen, lambda case: check(llmc, interpret, case, scratch, every))
    print(f"{len(chosen)} operations at {len(cases.cpu_levels())} levels, {failed} problems")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
