#!/usr/bin/env python3
"""Tensors without axes, in place of each operand of each operator and of all: the model is compiled or refused, never more.

usage: scalars.py LLMC
"""

import concurrent.futures
import copy
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx

import operators


def forms():
    """(name, case) for each operator and each choice of operands, those that are constants too."""
    seen = set()
    for case in operators.CASES:
        if case.dynamic or case.nodes or case.op in seen:
            continue
        seen.add(case.op)
        present = [i for i, value in enumerate(case.inputs) if value is not None]
        for places in [[i] for i in present] + ([present] if len(present) > 1 else []):
            form = copy.deepcopy(case)
            for i in places:
                given = form.inputs[i]
                array = given.array if isinstance(given, operators.Const) else given
                scalar = np.ones((), array.dtype)
                form.inputs[i] = operators.Const(scalar) if isinstance(given, operators.Const) else scalar
            yield f"{case.op}, operands {places}", form


def check(llmc, case, path):
    """None, or how it ended otherwise than fine, broken or refused."""
    onnx.save(operators.build_model(case, {}), path)
    done = subprocess.run([llmc, "check", path], capture_output=True, text=True)
    if done.returncode in (0, 1, 3) and "report it" not in done.stderr:
        return None
    return f"exit code {done.returncode}: {done.stderr[:300]}"


def main():
    operators.list_cases()
    chosen = list(forms())
    failed = 0
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        paths = [os.path.join(scratch, f"{number}.onnx") for number in range(len(chosen))]
        wrongs = pool.map(lambda form, path: check(sys.argv[1], form[1], path), chosen, paths)
        for (name, _), wrong in zip(chosen, wrongs):
            if wrong:
                print(f"FAIL {name}: {wrong}", flush=True)
                failed += 1
    print(f"{len(chosen)} forms with scalars, {failed} problems")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
