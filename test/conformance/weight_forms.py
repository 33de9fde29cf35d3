#!/usr/bin/env python3
"""Weights as codes, in each form that --quantize has a name for: what rows of zeros with a one pick out of a product, or
indices out of a table, are the numbers that codes stand for. They are the same bits with few rows and many, at each CPU level,
and those that NumPy finds with one of the scales that are tried, none of which leaves less error.

usage: weight_forms.py LLMC
"""

import os
import sys
import tempfile

import cases
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

GENERATOR = np.random.default_rng(5)
SHARES = np.array([1, 0.95, 0.9, 0.85, 0.8], np.float32)
NORMAL = np.array([-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
                   -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
                   0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0], np.float32)
BYTES = np.array([sign * (m / 8 * 2.0 ** -6 if e == 0 else (1 + m / 8) * 2.0 ** (e - 7)) for e in range(16) for m in range(8)
                  for sign in (1, -1) if (e, m) != (15, 7)], np.float32)
DEPTHS = (33, 70, 256)
# What becomes of rows that are picked, where it is something else.
ROWS = {"int8-weights": "int8-rows", "int8-weights-symmetric": "int8-rows-symmetric"}


def halved(numbers):
    """Rounded to bf16, as f32."""
    bits = np.ascontiguousarray(numbers, np.float32).view(np.uint32)
    return (bits + 0x7fff + (bits >> 16 & 1) & 0xffff0000).astype(np.uint32).view(np.float32)


def of_levels(levels):
    """A block as the levels that are nearest to it, for each scale."""
    levels = np.unique(levels)

    def choices(block):
        for share in SHARES:
            scale = halved(np.abs(block).max() * (share / levels.max()))
            steps = block / (scale or np.float32(1))
            yield levels[np.abs(steps[:, None].astype(np.float64) - levels).argmin(1)] * scale
    return choices


def of_whole(bits, symmetric):
    most, half = np.float32(2 ** bits - 1), np.float32(2 ** (bits - 1))

    def choices(block):
        least, greatest = min(block.min(), np.float32(0)), max(block.max(), np.float32(0))
        farthest = least if -least > greatest else greatest
        for share in SHARES:
            if symmetric:
                scales = [halved(abs(farthest) * (share / (half - 1))), halved(farthest * (-share / half))]
            else:
                scales = [halved((greatest - least) * (share / most))]
            for scale in scales:
                divisor = scale or np.float32(1)
                zero = half if symmetric else np.clip(np.rint(most / 2 - (least + greatest) * np.float32(0.5) / divisor), 0, most)
                yield (np.clip(np.rint(block / divisor + zero), 0, most) - zero) * scale
    return choices


FORMS = {
    "int4-weights": (32, of_whole(4, False)), "int4-weights/64": (64, of_whole(4, False)), "int4-weights/128-symmetric": (128, of_whole(4, True)),
    "int4-weights-symmetric": (32, of_whole(4, True)), "int8-weights": (128, of_whole(8, False)), "int8-weights/32": (32, of_whole(8, False)),
    "int8-weights-symmetric": (128, of_whole(8, True)), "nf4-weights": (64, of_levels(NORMAL)), "nf4-weights/32": (32, of_levels(NORMAL)),
    "int8-rows": (1 << 20, of_whole(8, False)),
    "int8-rows-symmetric": (1 << 20, of_whole(8, True)), "fp8-weights": (1 << 20, of_levels(BYTES)), "fp8-weights/64": (64, of_levels(BYTES)),
}


def model(depth):
    """A product, and a table of which rows are picked."""
    weight = GENERATOR.standard_normal((depth, 37)).astype(np.float32)
    weight[:, 5] = 0
    weight[:, 6] = np.abs(weight[:, 6]) * 1e-30
    weight[:, 7] *= np.exp2(GENERATOR.integers(-24, 1, depth))  # so that some are floats of 8 bits with leading zeros
    table = np.ascontiguousarray(weight.T)
    nodes = [helper.make_node("MatMul", ["x", "weight"], ["y"], name="product"), helper.make_node("Gather", ["table", "ids"], ["rows"], name="picked")]
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", depth]),
                                           helper.make_tensor_value_info("ids", TensorProto.INT64, ["m"])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 37]),
                               helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["m", depth])],
                              [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(table, "table")])
    return weight, helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def decoded(llmc, path, level, form, depth, scratch):
    """What the product's weight stands for, found with several numbers of rows, and what the table does."""
    folder = os.path.join(scratch, "out")
    message = cases.compile_model(llmc, path, folder, "--cpu", level, "--quantize", form)
    if message:
        raise RuntimeError(message)
    compiled = cases.llmc.load(folder, threads=2)
    ids, eye = np.arange(37), np.eye(depth, dtype=np.float32)
    whole = compiled({"x": eye, "ids": ids})
    few = np.concatenate([compiled({"x": eye[row:row + 2], "ids": ids[:0]})["y"] for row in range(0, depth, 2)])
    return [whole["y"].copy(), few, whole["rows"].T.copy()]


def fault(weight, got, form):
    """None, or why these are not what codes of this form stand for."""
    size, choices = FORMS[form]
    for first in range(0, len(weight), size):
        for column in range(weight.shape[1]):
            block, own = weight[first:first + size, column], got[first:first + size, column]
            tried = list(choices(block))
            if not any(np.array_equal(own, each) for each in tried):
                return f"block at {first}, column {column}: no scale gives {own}"
            least = min(np.square(each - block).sum(dtype=np.float64) for each in tried)
            if np.square(own - block).sum(dtype=np.float64) > 1.001 * least:
                return f"block at {first}, column {column}: another scale leaves less error"
    return None


def main():
    llmc = sys.argv[1]
    failed = 0
    for depth in DEPTHS:
        weight, proto = model(depth)
        for form in (form for form in FORMS if form not in ROWS.values()):
            with tempfile.TemporaryDirectory() as scratch:
                path = os.path.join(scratch, "model.onnx")
                onnx.save(proto, path)
                first = None
                for level in cases.cpu_levels():
                    found = decoded(llmc, path, level, form, depth, scratch)
                    product = found[0]
                    first = product if first is None else first
                    wrong = fault(weight, product, form) or fault(weight, found[2], ROWS.get(form, form))
                    if not wrong and not all(each.tobytes() == first.tobytes() for each in found[:2]):
                        wrong = "other bits with other rows or at another level"
                    failed += bool(wrong)
                    print(f"{'FAIL' if wrong else 'ok':5}{form} depth {depth} {level}{': ' + wrong if wrong else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
