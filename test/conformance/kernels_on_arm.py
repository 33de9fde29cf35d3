#!/usr/bin/env python3
"""Products of narrow numbers as code for aarch64, under qemu: against the reference interpreter, at each level, and bit by bit against
plain code of the same meaning, also on NaN, infinities, denormal numbers and ties.

usage: kernels_on_arm.py LLMC LLMC_INTERPRET [--all] [CASE...]      the cases are those of kernel_cases.py
Without --all, one or two of each kind.
"""

import os
import sys
import tempfile

import numpy as np

import arm
import cases
from kernel_cases import CASES
from kernels import reference, row_of

BASE, DOTPROD, HALVES = "armv8-a", "armv8-a-dotprod", "armv8-a-bf16"
# The levels that have instructions for such cases.
NARROW = {"packed_bytes_": (DOTPROD, HALVES), "coded_products_": (DOTPROD, HALVES), "block_bytes_": (DOTPROD, HALVES),
          "packed_halves_": (HALVES,), "block_halves_": (HALVES,)}
SOME = ("packed_bytes_s8s8_62", "packed_bytes_u8s8_62", "packed_bytes_s8u8_62", "packed_bytes_u8u8_62", "packed_bytes_s8s8_3", "packed_bytes_scaled",
        "coded_products_4_bits", "coded_products_8_bits", "packed_halves_33", "packed_halves_7", "packed_halves_rounded_bf16", "block_bytes_62",
        "block_halves_33")
CPUS = {BASE: arm.OLD, DOTPROD: arm.DOTPROD, HALVES: arm.NEW}


def awkward(feeds, generator):
    """Floats of all sizes that bf16 has, near both ends, halfway between two of them, and what is no number."""
    def floats(shape):
        numbers = generator.standard_normal(shape) * 2.0 ** generator.choice([0, 1, -60, -64, -120, -126, -130, 60, 63, 120], shape)
        bits = numbers.astype(np.float32).view(np.uint32)
        bits = np.where(generator.random(shape) < 0.3, bits & 0xFFFF0000 | 0x8000, bits).astype(np.uint32)
        special = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 3.4e38, -1e-40], np.float32).view(np.uint32)
        special = np.append(special, np.uint32([0xFFC12345, 0x7F812345, 0x7F7FFFFF]))
        return np.where(generator.random(shape) < 0.03, generator.choice(special, shape), bits).astype(np.uint32).view(np.float32)
    return {name: floats(array.shape) if array.dtype == np.float32 else array for name, array in feeds.items()}


def same_bits(got, want):
    return all(got[name].tobytes() == value.tobytes() for name, value in want.items())


def check(llmc, interpret, runner, case, scratch):
    """[(where, what is wrong)]"""
    source = os.path.join(scratch, case.name + ".mlir")
    with open(source, "w") as file:
        file.write(case.text())
    feeds = [case.feeds(sizes, np.random.default_rng(number)) for number, sizes in enumerate(case.runs)]
    wanted = [reference(interpret, source, arrays, case.outputs(), scratch) for arrays in feeds]
    hard = [awkward(arrays, np.random.default_rng(number)) for number, arrays in enumerate(feeds)]
    several = [number for number, sizes in enumerate(2 * case.runs) if sizes["n"] > 1]
    alone = [row_of(case, (feeds + hard)[number], 0) for number in several]
    levels = next(levels for start, levels in NARROW.items() if case.name.startswith(start))
    problems = []

    def run(names, *places):
        folder = source + names
        message = None if os.path.exists(folder) else cases.compile_model(llmc, source, folder, *arm.TARGET, "--cpu", names, *case.pipeline())
        if message:
            raise arm.Failed(message)
        return arm.run(runner, folder, feeds + hard + alone, *places)

    for level in (BASE, *levels):
        results = run("all", CPUS[level], level)
        for sizes, got, want in zip(case.runs, results, wanted):
            problems += [(f"{level}, {sizes}, {name}", text) for name in want
                         if (text := cases.judge(got[name], want[name], "f16" in case.name))]
        problems += [(f"{level}, {(2 * case.runs)[number]}", "a row has other bits alone") for number, single in zip(several, results[2 * len(feeds):])
                     if not same_bits({name: value[:1] for name, value in results[number].items()}, single)]
        if level == BASE:
            continue
        plain = run(level + "-emulated", arm.OLD)
        if not all(map(same_bits, plain, results)):
            problems.append((level, "plain code gives other bits than the instruction"))
    return problems


def main():
    llmc, interpret = sys.argv[1:3]
    wanted = [name for name in sys.argv[3:] if name != "--all"] or (None if "--all" in sys.argv else SOME)
    chosen = [case for case in CASES if case.name.startswith(tuple(NARROW)) and (not wanted or case.name in wanted)]
    arm.require_tools()
    with tempfile.TemporaryDirectory() as scratch:
        runner = arm.build_runner(scratch)
        failed = cases.tell(chosen, lambda case: check(llmc, interpret, runner, case, scratch))
    print(f"{len(chosen)} operations, {failed} problems")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
