#!/usr/bin/env python3
"""Exponentials and what is made of them against f64, over a quarter of a million floats of every size and the ends of each
function, in units of the last place. All CPU levels give the same bits.

usage: functions.py LLMC
"""

import math
import os
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper

import cases

LEAST = 2.0**-125  # below it exponentials may be 0, and their inverses, times x where that is large
erf = np.vectorize(math.erf, otypes=[np.float64])
erfc = np.vectorize(math.erfc, otypes=[np.float64])


def gelu_tanh(x):
    return x / (1 + np.exp(-2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


# name: (operator, its attributes, meaning, units of the last place that it may be off at x)
FUNCTIONS = {
    "exp": ("Exp", {}, np.exp, 1),
    "expm1": ("Elu", {}, lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), 2),
    "tanh": ("Tanh", {}, np.tanh, 3.5),
    "erf": ("Erf", {}, erf, 3.5),
    "sigmoid": ("Sigmoid", {}, lambda x: 1 / (1 + np.exp(-x)), 3),
    "gelu": ("Gelu", {}, lambda x: 0.5 * x * erfc(-x * math.sqrt(0.5)), 3),
    "gelu_tanh": ("Gelu", {"approximate": "tanh"}, gelu_tanh, lambda x: 3 + 3 * np.abs(x + 0.044715 * x**3)),  # through exp
}
# 1 + erf has the digits of 1, not of itself.
OF_ARGUMENT = {"gelu"}


def samples():
    """Every 16411th float, ends where functions change, and their neighbours."""
    some = np.arange(0, 2**32, 16411, dtype=np.uint64).astype(np.uint32).view(np.float32)
    ends = [0, 1, 2.0**-149, 2.0**-126, 2.0**-24, 0.125, math.log(2) / 2, 86.9, 87.3365, 87.5, 88.3762, 88.7228, 88.73, 89, 103.97,
            104, 3.83, 3.92, 4, 5.4, 5.6, 7.9, 8.6, 9, 9.1, 16.6, 17.4, 1e4, 1e10, 1e20, 1e30, 3.4e38, math.inf]
    near = np.array(ends, np.float32)[:, None].view(np.int32) + np.arange(-8, 9, dtype=np.int32)
    near = near[near >= 0].astype(np.int32).view(np.float32)
    return np.concatenate([some, near, -near, np.array([np.nan], np.float32)])


def model():
    nodes = [helper.make_node(operator, ["x"], [name], **attributes) for name, (operator, attributes, _, _) in FUNCTIONS.items()]
    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in ["x", *FUNCTIONS]]
    graph = helper.make_graph(nodes, "functions", tensors[:1], tensors[1:])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def judge(name, x, got):
    """None, or what is wrong."""
    _, _, meaning, most = FUNCTIONS[name]
    with np.errstate(all="ignore"):
        want = meaning(x.astype(np.float64))
        rounded = want.astype(np.float32)
        unit = np.spacing(np.maximum(np.abs(x if name in OF_ARGUMENT else rounded), np.float32(2.0**-126))).astype(np.float64)
        off = np.abs(got - want) / unit
        most = most(x.astype(np.float64)) if callable(most) else most
        right = (off <= most) | (got == rounded) | (np.isnan(got) & np.isnan(want)) | (np.abs(got - want) < LEAST * np.maximum(np.abs(x), 1))
    if right.all():
        return None
    worst = np.argmax(np.where(right, -1, np.nan_to_num(off, nan=np.inf)))
    return f"{(~right).sum()} are too far off, {name}({x[worst]:.9g}) is {got[worst]:.9g} instead of {want[worst]:.9g}, {off[worst]:.2f} units"


def main():
    x, results, problems = samples(), [], []
    with tempfile.TemporaryDirectory() as scratch:
        path, folder = os.path.join(scratch, "model.onnx"), os.path.join(scratch, "out")
        onnx.save(model(), path)
        if message := cases.compile_model(sys.argv[1], path, folder):
            problems.append(message)
        for level in cases.cpu_levels() if not problems else []:
            os.environ["LLMC_CPU"] = level
            results.append(cases.llmc.load(folder)({"x": x}))
            problems += [f"{level}: {wrong}" for name in FUNCTIONS if (wrong := judge(name, x, results[-1][name]))]
    problems += [f"{name}: levels differ" for result in results[1:] for name in FUNCTIONS
                 if result[name].tobytes() != results[0][name].tobytes()]
    for problem in problems:
        print(f"FAIL {problem}")
    print(f"{len(FUNCTIONS)} functions of {len(x)} floats, {len(problems)} problems")
    return 1 if problems or not results else 0


if __name__ == "__main__":
    sys.exit(main())
