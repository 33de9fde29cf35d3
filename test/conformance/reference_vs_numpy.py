"""Judges the reference interpreter by NumPy and ONNX Runtime, on odd, empty and one-element shapes.

    reference_vs_numpy.py path/to/llmc-interpret [--seed N] [--keep FOLDER] [--only PREFIX]

All cases become functions of one file, which llmc-interpret runs in one go. Where NaN is expected NaN must come; zeros,
infinities and integers must be exact; other floats agree within a relative tolerance of their type (see case.py).
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from reference_cases import codes, contraction, elementwise, movement, rows, sparsity
from reference_cases.case import TOLERANCE


def difference(got, case):
    """What is wrong with a result, or nothing."""
    expected = case.expected
    if got.shape != expected.shape:
        return f"has sizes {got.shape}, expected {expected.shape}"
    if expected.dtype.kind != "f":
        if np.array_equal(got, expected.view(got.dtype) if expected.dtype.kind == "u" else expected):
            return None
        where = np.argwhere(got != expected)[0]
        return f"differs at {tuple(where)}: {got[tuple(where)]}, expected {expected[tuple(where)]}"
    wide, want = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(all="ignore"):
        near = np.abs(wide - want) <= TOLERANCE[expected.dtype] * case.tolerance * np.maximum(np.abs(want), 1e-2)
    good = np.where(np.isfinite(want), near, (wide == want) | (np.isnan(wide) & np.isnan(want)))
    if good.all():
        return None
    where = tuple(np.argwhere(~good)[0])
    return f"differs at {where}: {got[where]}, expected {expected[where]}"


def judge(case, folder):
    message = folder / "error.txt"
    if message.exists():
        text = message.read_text().strip()
        if case.error and case.error in text:
            return None
        return f"fails: {text}"
    if case.error:
        return f"runs, but should fail with: {case.error}"
    return difference(np.load(folder / "out0.npy"), case)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("interpreter")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="a folder in which files stay")
    parser.add_argument("--only", default="", help="run cases whose name begins so")
    options = parser.parse_args()

    random = np.random.default_rng(options.seed)
    cases = [case for family in (elementwise, movement, contraction, rows, codes, sparsity) for case in family.cases(random)]
    cases = [case for case in cases if case.name.startswith(options.only)]
    assert len({case.name for case in cases}) == len(cases), "two cases have one name"
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(options.keep or temporary)
        for case in cases:
            folder = root / case.name
            folder.mkdir(parents=True, exist_ok=True)
            for i, value in enumerate(case.inputs):
                np.save(folder / f"in{i}.npy", np.asarray(value, order="C"))
        (root / "cases.mlir").write_text("\n".join(case.function() for case in cases))
        done = subprocess.run([options.interpreter, root / "cases.mlir", "--output-dir", root])
        if done.returncode != 0:
            sys.exit(f"llmc-interpret ended with {done.returncode}")
        failures = 0
        for case in cases:
            wrong = judge(case, root / case.name)
            if wrong:
                failures += 1
                print(f"{case.name}: {wrong}")
    print(f"{len(cases) - failures} of {len(cases)} cases agree")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
