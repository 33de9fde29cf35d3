#!/usr/bin/env python3
"""A schedule changes how fast a result is there, never a bit of it: products and attention under schedules that nobody
would choose, against the same kernel under the chosen one, at each CPU level.

usage: schedules.py LLMC
"""

import os
import sys
import tempfile

import cases
import kernel_cases
import numpy as np

# Heights that split rows unevenly, tiles narrower and wider than a panel of any type, chunks of one row, blocks along k
# that end within it.
SCHEDULES = [(1, 1, 1, 16), (3, 2, 5, 0), (5, 3, 7, 1), (8, 4, 64, 32), (2, 7, 1000, 0), (4, 2, 1000, 16)]



def product(element):
    return kernel_cases.KernelCase(
        f"product_{element}", [f"n 33 {element}", f"33 50 {element}"],
        f"    %m = llmc.matmul %a0, %a1 : tensor<?x33x{element}>, tensor<33x50x{element}> -> tensor<?x50x{element}>\n"
        f"    llmc.yield %m : tensor<?x50x{element}>", [f"tensor<?x50x{element}>"], kernel_cases.N)


def packed(element):
    return kernel_cases.KernelCase(
        f"packed_{element}", [f"n 33 {element}", f"4 33 16 1 {element}"],
        f"    %m = llmc.packed_matmul %a0, %a1 columns 50 : tensor<?x33x{element}>, tensor<4x33x16x1x{element}> -> tensor<?x50x{element}>\n"
        f"    llmc.yield %m : tensor<?x50x{element}>", [f"tensor<?x50x{element}>"], kernel_cases.N)


def long_epilogue(element):
    """Sums wait for it whatever the schedule; more of them do where blocks along k are to come."""
    return kernel_cases.KernelCase(
        f"long_epilogue_{element}", [f"n 70 {element}", f"4 70 16 1 {element}"],
        f"    %m = llmc.packed_matmul %a0, %a1 columns 50 : tensor<?x70x{element}>, tensor<4x70x16x1x{element}> -> tensor<?x50x{element}>\n"
        f"    %e = llmc.map (%s = %m : tensor<?x50x{element}>) -> tensor<?x50x{element}> {{\n"
        f"      %t = math.tanh %s : {element}\n      llmc.yield %t : {element}\n    }}\n"
        f"    llmc.yield %e : tensor<?x50x{element}>", [f"tensor<?x50x{element}>"], kernel_cases.N)


def attention(element):
    return kernel_cases.KernelCase(
        f"attention_{element}", [f"n 20 {element}", f"m 20 {element}", f"m 9 {element}"],
        f"    %r = llmc.attention %a0, %a1, %a2 score %s () : tensor<?x20x{element}>, tensor<?x20x{element}>, "
        f"tensor<?x9x{element}> -> tensor<?x9x{element}> {{\n      llmc.yield %s : {element}\n    }}\n"
        f"    llmc.yield %r : tensor<?x9x{element}>", [f"tensor<?x9x{element}>"],
        [dict(n=n, m=m) for n, m in ((1, 3), (17, 70), (50, 5))])


CASES = [make(element) for make in (product, packed, long_epilogue, attention) for element in ("f32", "f64", "f16")]


def scheduled(text, level, schedule):
    rows, vectors, chunk, depth = schedule
    attribute = (f'attributes {{schedules = [#llmc.schedule<"{level}", "test", rows = {rows}, vectors = {vectors}, '
                 f'chunk = {chunk}, depth = {depth}, why = "">]}} {{')
    head, brace, rest = text.partition(") {\n  %r")  # behind the signature of the function
    kernel, end, body = rest.partition("{\n")
    assert brace and end
    return head + brace + kernel + attribute + "\n" + body


def results(llmc, case, text, level, scratch):
    """The outputs of each run, or the compiler's message."""
    source, folder = os.path.join(scratch, "case.mlir"), os.path.join(scratch, "out")
    with open(source, "w") as file:
        file.write(text)
    message = cases.compile_model(llmc, source, folder, "--cpu", level, *case.pipeline())
    if message:
        return message
    model = cases.llmc.load(folder, threads=2)
    return [model(case.feeds(sizes, np.random.default_rng(number))) for number, sizes in enumerate(case.runs)]


def check(llmc, case, level, scratch):
    wanted = results(llmc, case, case.text(), level, scratch)
    if isinstance(wanted, str):
        return [wanted]
    problems = []
    for schedule in SCHEDULES:
        got = results(llmc, case, scheduled(case.text(), level, schedule), level, scratch)
        if isinstance(got, str):
            problems.append(f"{schedule}: {got}")
            continue
        for sizes, ours, theirs in zip(case.runs, got, wanted):
            if any(ours[name].tobytes() != theirs[name].tobytes() for name in theirs):
                problems.append(f"{schedule}, {sizes}: other bits")
    return problems


def main():
    llmc = sys.argv[1]
    with tempfile.TemporaryDirectory() as scratch:
        failed = cases.tell(CASES, lambda case: [(level, problem) for level in cases.cpu_levels()
                                                 for problem in check(llmc, case, level, scratch)])
    print(f"{len(CASES)} kernels under {len(SCHEDULES)} schedules at {len(cases.cpu_levels())} levels, {failed} problems")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
