#!/usr/bin/env python3
"""The edges of operators, at each CPU level, computed at run time and folded by the compiler. What they give stands here: ONNX
leaves it open, or ONNX Runtime has no answer.

usage: edges.py LLMC [PATTERN]
"""

import fnmatch
import itertools
import os
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import cases

LEAST, MOST = -(2**63), 2**63 - 1
CASES = []


def add(name, nodes, inputs, wanted, opset=18, constants=None, both=True):
    """`nodes` are (operator, inputs, output, attributes) and end in y. Unless `both` is false, the inputs are constants of the
    model in a second form, where the compiler computes y."""
    wanted = np.asarray(wanted)
    CASES.append((name, nodes, inputs, constants or {}, wanted, opset))
    if both:
        folded = nodes[:-1] + [nodes[-1][:2] + ("folded",) + nodes[-1][3:]]
        choose = [("Where", ["yes", "folded", "other"], "y", {})]
        CASES.append((f"{name}.folded", folded + choose, {"yes": np.array([True]), "other": np.zeros(1, wanted.dtype)},
                      {**inputs, **(constants or {})}, wanted, opset))


def saturated(values, dtype):
    """Fractions go; what does not fit becomes the nearest number that does, NaN 0."""
    limits = np.iinfo(dtype)
    def one(value):
        if np.isnan(value):
            return 0
        return limits.max if value >= 2.0**64 else limits.min if value <= -(2.0**64) else min(max(int(value), limits.min), limits.max)
    return np.array([one(float(value)) for value in values], dtype)


def cast_cases():
    ends = [sign * (2.0**bits + more) for sign in (1, -1) for bits in (7, 8, 15, 16, 31, 32, 63, 64) for more in (-1, 0, 1)]
    values = np.array([np.nan, np.inf, -np.inf, 0.5, -0.5, -1, 3.99, 1e30, -1e30] + ends)
    for source in (np.float16, np.float32, np.float64):
        with np.errstate(over="ignore"):
            x = values.astype(source)
        for bits in (8, 16, 32, 64):
            for target in (np.dtype(f"int{bits}"), np.dtype(f"uint{bits}")):
                to = helper.np_dtype_to_tensor_dtype(target)
                add(f"Cast.{np.dtype(source).name}.{target.name}", [("Cast", ["x"], "y", {"to": to})], {"x": x}, saturated(x, target))
                if source == np.float32:
                    through = [("Cast", ["x"], "b", {"to": TensorProto.BFLOAT16}), ("Cast", ["b"], "y", {"to": to})]
                    with np.errstate(over="ignore"):
                        narrow = x.astype(helper.tensor_dtype_to_np_dtype(TensorProto.BFLOAT16)).astype(np.float32)
                    add(f"Cast.bfloat16.{target.name}", through, {"x": x}, saturated(narrow, target))


def shift_cases():
    for dtype in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64):
        limits = np.iinfo(dtype)
        numbers = np.array([limits.min, limits.max, 4, limits.max // 3], dtype)
        amounts = [0, 1, limits.bits - 1, limits.bits, limits.bits + 1, limits.max] + ([-1, limits.min] if limits.min else [])
        x, by = (part.ravel() for part in np.meshgrid(numbers, np.array(amounts, dtype)))
        right = [int(a) >> min(int(n) if n >= 0 else limits.bits, limits.bits) for a, n in zip(x, by)]
        left = [(int(a) << int(n)) % 2**limits.bits if 0 <= n < limits.bits else 0 for a, n in zip(x, by)]
        for direction, wanted in (("RIGHT", right), ("LEFT", left)):
            wanted = np.array([value % 2**limits.bits for value in wanted], f"uint{limits.bits}").view(dtype)
            add(f"BitShift.{direction}.{np.dtype(dtype).name}", [("BitShift", ["x", "by"], "y", {"direction": direction})],
                {"x": x, "by": by}, wanted, opset=28)


def triangle_cases():
    x = np.arange(1, 13, dtype=np.float32).reshape(3, 4)
    for upper in (0, 1):
        for k in (LEAST, LEAST + 1, LEAST + 3, -4, 4, MOST - 3, MOST):
            kept = (k <= 0) == bool(upper)
            add(f"Trilu.{upper}.{k}", [("Trilu", ["x", "k"], "y", {"upper": upper})], {"x": x, "k": np.array(k)}, x * kept)


def slice_cases():
    x = np.arange(5, dtype=np.float32)
    for start in (LEAST, LEAST + 1, -1, 0, 3, MOST):
        for end in (LEAST, LEAST + 1, 0, 2, MOST - 1, MOST):
            for step in (LEAST, -2, 1, MOST):
                constants = {"start": np.array([start]), "end": np.array([end]), "axis": np.array([0]), "step": np.array([step])}
                begin = 0 if step < 0 and start < -5 else start  # ONNX begins at the first element, NumPy before it
                add(f"Slice.{start}.{end}.{step}", [("Slice", ["x", "start", "end", "axis", "step"], "y", {})], {"x": x}, x[begin:end:step],
                    constants=constants, both=False)


def size_cases():
    """Sizes that are computed, n = 3 rows and m of the second input."""
    x = np.arange(12, dtype=np.float32).reshape(3, 4)
    rows = [("Shape", ["x"], "n", {"end": 1}), ("Shape", ["z"], "m", {"end": 1})]
    constants = {"rest": np.array([-1]), "one": np.array([1]), "two": np.array([2]), "zeros": np.zeros(2, np.int64), "zero": np.array([0])}
    for m in (2, 3):  # n - m is 1, and 0, which copies
        z = np.zeros(m, np.float32)
        reshape = rows + [("Sub", ["n", "m"], "d", {}), ("Concat", ["d", "rest"], "shape", {"axis": 0}), ("Reshape", ["x", "shape"], "y", {})]
        add(f"Reshape.computed.{3 - m}", reshape, {"x": x, "z": z}, x.reshape(3 - m or 3, -1), constants=constants, both=False)
    times = rows[:1] + [("Mul", ["n", "zero"], "d", {}), ("Concat", ["d", "rest"], "shape", {"axis": 0}), ("Reshape", ["x", "shape"], "y", {})]
    add("Reshape.computed.always", times, {"x": x}, x, constants=constants, both=False)
    none = np.zeros((3, 0), np.float32)
    allowed = [("Shape", ["x"], "s", {"start": 1}), ("Concat", ["s", "two"], "shape", {"axis": 0}), ("Reshape", ["x", "shape"], "y", {"allowzero": 1})]
    add("Reshape.computed.allowzero", allowed, {"x": none}, np.zeros((0, 2), np.float32), constants=constants, both=False)
    for m in (1, 3, 5):  # pads by m - n before, cuts by as much behind
        pad = rows + [("Sub", ["m", "n"], "d", {}), ("Neg", ["d"], "e", {}), ("Concat", ["d", "zero", "e", "zero"], "pads", {"axis": 0}),
                      ("Pad", ["x", "pads"], "y", {})]
        wide = np.pad(x, ((max(m - 3, 0), max(3 - m, 0)), (0, 0)))
        wanted = wide[max(3 - m, 0):len(wide) - max(m - 3, 0)]
        add(f"Pad.computed.{m - 3}", pad, {"x": x, "z": np.zeros(m, np.float32)}, wanted, constants=constants, both=False)


def cutting_pad_cases():
    """More is cut at one end than there is: what the other end adds is cut, too."""
    for rows in (0, 1, 2):
        x = np.arange(1, 2 * rows + 1, dtype=np.float32).reshape(rows, 2)
        for low, high in ((-1, 1), (1, -1), (-2, 3), (3, -2), (-3, 3)):
            places = np.arange(-low, rows + high)
            inside = (places >= 0) & (places < rows)
            wanted = np.zeros((len(places), 2), np.float32)
            wanted[inside] = x[places[inside]]
            add(f"Pad.cut.{rows}.{low}.{high}", [("Pad", ["x", "pads"], "y", {})], {"x": x}, wanted,
                constants={"pads": np.array([low, 0, high, 0])}, both=False)


def torch_pad_cases():
    """F.pad as older exporters write it: the widths are reversed by a reshape, a slice and a transpose."""
    x = np.arange(12, dtype=np.float32).reshape(3, 4)
    nodes = [("Concat", ["widths", "none"], "all", {"axis": 0}), ("Reshape", ["all", "pairs"], "table", {}),
             ("Slice", ["table", "start", "end", "axis", "step"], "reversed", {}), ("Transpose", ["reversed"], "turned", {"perm": [1, 0]}),
             ("Reshape", ["turned", "flat"], "pads64", {}), ("Cast", ["pads64"], "pads", {"to": TensorProto.INT64}), ("Pad", ["x", "pads"], "y", {})]
    constants = {"none": np.zeros(2, np.int64), "pairs": np.array([-1, 2]), "start": np.array([-1]), "end": np.array([LEAST]),
                 "axis": np.array([0]), "step": np.array([-1]), "flat": np.array([-1])}
    for low, high in ((1, 2), (-1, -2), (-1, 3), (0, -4)):
        wide = np.pad(x, ((0, 0), (max(low, 0), max(high, 0))))
        wanted = wide[:, max(-low, 0):wide.shape[1] - max(-high, 0)]
        add(f"Pad.torch.{low}.{high}", nodes, {"x": x}, wanted, constants={**constants, "widths": np.array([low, high])}, both=False)


def other_cases():
    scalar = np.array(2, np.float32)
    nodes = [("Expand", ["x", "shape"], "e", {}), ("MatMul", ["e", "e"], "y", {})]
    for shape in ([1, 1], [3, 3]):
        add(f"Expand.scalar.{shape[0]}", nodes, {"x": scalar}, np.full(shape, 4 * shape[0], np.float32), constants={"shape": np.array(shape)})
    picture = np.arange(48, dtype=np.float32).reshape(1, 2, 4, 6)
    blocks = picture.reshape(1, 2, 2, 2, 3, 2)
    for mode, perm in (("DCR", (0, 3, 5, 1, 2, 4)), ("CRD", (0, 1, 3, 5, 2, 4))):
        add(f"SpaceToDepth.{mode}", [("SpaceToDepth", ["x"], "y", {"blocksize": 2, "mode": mode})], {"x": picture},
            blocks.transpose(perm).reshape(1, 8, 2, 3), opset=28)
    parts = [np.full((2, 1), i, np.float32) for i in range(300)]
    names = [f"x{i}" for i in range(len(parts))]
    add("Concat.many", [("Concat", names, "y", {"axis": 1})], dict(zip(names, parts)), np.concatenate(parts, 1), both=False)
    x = np.linspace(-1, 1, 40, dtype=np.float32)
    chain = [("Add", [f"v{i}" if i else "x", "step"], f"v{i + 1}", {}) for i in range(999)] + [("Add", ["v999", "step"], "y", {})]
    add("Add.chain", chain, {"x": x}, x + np.float32(0.25) * 1000, constants={"step": np.array(0.25, np.float32)}, both=False)
    doubled = [("Concat", [f"v{i}" if i else "x"] * 2, f"v{i + 1}", {"axis": 0}) for i in range(11)] + [("Concat", ["v11", "v11"], "y", {"axis": 0})]
    add("Concat.doubled", doubled, {"x": x[:3]}, np.tile(x[:3], 4096))


def model_of(chosen):
    """One model of several cases with one opset, whose names get a prefix each."""
    protos, infos, outputs, tensors = [], [], [], []
    for number, (_, nodes, inputs, constants, _, _) in enumerate(chosen):
        def own(name):
            return f"c{number}_{name}"
        used = {name for _, ins, _, _ in nodes for name in ins}
        protos += [helper.make_node(op, [own(name) for name in ins], [own(out)], **attributes) for op, ins, out, attributes in nodes]
        infos += [helper.make_tensor_value_info(own(name), helper.np_dtype_to_tensor_dtype(array.dtype), [own(f"{name}_{axis}") for axis in range(array.ndim)])
                  for name, array in inputs.items()]
        tensors += [numpy_helper.from_array(array, own(name)) for name, array in constants.items() if name in used]
        outputs.append(onnx.ValueInfoProto(name=own("y")))
    graph = helper.make_graph(protos, "edges", infos, outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", chosen[0][5])], ir_version=10)


def check(llmc, chosen, scratch):
    """[(case or level, what is wrong)]"""
    path, folder = os.path.join(scratch, "model.onnx"), os.path.join(scratch, "out")
    onnx.save(model_of(chosen), path)
    if message := cases.compile_model(llmc, path, folder, "--name", "edges"):
        return [("compile", message)]
    feeds = {f"c{number}_{name}": array for number, case in enumerate(chosen) for name, array in case[2].items()}
    problems = []
    for level in cases.cpu_levels():
        os.environ["LLMC_CPU"] = level
        try:
            results = cases.llmc.load(folder)(feeds)
        except cases.llmc.ModelError as error:
            problems.append((level, str(error)))
            continue
        for number, case in enumerate(chosen):
            if wrong := cases.judge(results[f"c{number}_y"], case[4], loose=False):
                problems.append((f"{case[0]} at {level}", wrong))
    return problems


def main():
    llmc, pattern = sys.argv[1], (sys.argv[2:] or ["*"])[0]
    chosen = [case for case in CASES if fnmatch.fnmatch(case[0], pattern)]
    failed = 0
    for _, together in itertools.groupby(sorted(chosen, key=lambda case: case[5]), key=lambda case: case[5]):
        together = list(together)
        for first in range(0, len(together), 32):
            with tempfile.TemporaryDirectory() as scratch:
                for where, wrong in check(llmc, together[first:first + 32], scratch):
                    print(f"FAIL {where}: {wrong}", flush=True)
                    failed += 1
    print(f"{len(chosen)} edges, {failed} problems")
    return 1 if failed or not chosen else 0


for family in (cast_cases, shift_cases, triangle_cases, slice_cases, size_cases, cutting_pad_cases, torch_pad_cases, other_cases):
    family()

if __name__ == "__main__":
    sys.exit(main())
