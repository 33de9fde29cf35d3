"""Writes small ONNX models, one a form of an operator, with inputs and expected outputs: DIR/CASE/model.onnx and
DIR/CASE/case0.npz with arrays `in:NAME` and `out:NAME`. Expected values come from onnxruntime with its optimizations
off, or from onnx's reference in numpy where onnxruntime has no kernel. The same case always gives the same bytes.

usage: operators.py DIR [--only PATTERN] [--list]
"""

import argparse
import dataclasses
import fnmatch
import os
import zlib

import ml_dtypes
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

IR_VERSION = 10
INT64_MAX = 2**63 - 1
FLOATS = (np.float32, np.float64, np.float16)
SIGNED = (np.int8, np.int16, np.int32, np.int64)
UNSIGNED = (np.uint8, np.uint16, np.uint32, np.uint64)


@dataclasses.dataclass
class Const:
    """An input that is an initializer."""

    array: np.ndarray


@dataclasses.dataclass
class Case:
    name: str
    op: str
    inputs: list  # arrays, Const, or None for one that is left out
    attributes: dict
    opset: int = 18
    outputs: int = 1
    dynamic: bool = False
    nodes: list = None  # instead of op, for forms that take several nodes
    domain: str = ""
    by_reference: bool = False  # onnxruntime has a kernel, but not the standard's bits
    meaning: list = None  # nodes that say the same in other operators, where onnxruntime rounds in between


CASES = []


def const(values, dtype=np.int64):
    return Const(np.array(values, dtype=dtype))


def random(name, shape, dtype=np.float32, low=-3.0, high=3.0):
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    if dtype == np.bool_:
        return generator.integers(0, 2, shape).astype(bool)
    if np.issubdtype(dtype, np.integer):
        bounds = np.iinfo(dtype)
        return generator.integers(max(bounds.min, int(low * 3)), min(bounds.max, int(high * 3)), shape, endpoint=True).astype(dtype)
    return generator.uniform(low, high, shape).astype(dtype)


def add(name, op, *inputs, opset=18, outputs=1, nodes=None, sizes=("static", "dynamic"), domain="", by_reference=False,
        meaning=None, **attributes):
    """Adds a case with static sizes and one in which each dim of each input is a symbol of its own."""
    for size in sizes:
        CASES.append(Case(f"{name}.{size}", op, list(inputs), attributes, opset, outputs, size == "dynamic", nodes, domain, by_reference, meaning))


# The cases, by family. -----------------------------------------------------------------------------------------------


def short(dtype):
    return np.dtype(dtype).name


def unary_cases():
    plain = "Abs Neg Sign Ceil Floor Round Exp Sin Cos Tan Atan Sinh Cosh Tanh Asinh Erf Relu Sigmoid Softplus Softsign Elu Selu LeakyRelu HardSigmoid HardSwish Mish Celu ThresholdedRelu"
    domains = dict(Sqrt=(0, 4), Log=(0.1, 5), Reciprocal=(0.5, 3), Asin=(-1, 1), Acos=(-1, 1), Acosh=(1, 4), Atanh=(-0.9, 0.9))
    domains.update({op: (-3, 3) for op in plain.split()})
    for op, (low, high) in domains.items():
        for dtype in FLOATS:
            add(f"{op}.{short(dtype)}", op, random(op, (3, 5, 7), dtype, low, high))
        add(f"{op}.scalar", op, random(op, (), np.float32, low, high), sizes=["static"])
        add(f"{op}.empty", op, random(op, (0, 3), np.float32, low, high))
    for approximate in ("none", "tanh"):
        add(f"Gelu.{approximate}", "Gelu", random("Gelu", (5, 33)), opset=20, approximate=approximate)
    for dtype in SIGNED:
        for op in ("Abs", "Neg", "Sign"):
            add(f"{op}.{short(dtype)}", op, random(op, (17,), dtype))
    denormals = np.array([1e-45, 1.2e-40, 1.1754942e-38, 1.1754944e-38, 2e-38, 0.0, 1.0], np.float32)
    for repeats in (1, 5):  # scalars behind vectors, and vectors
        add(f"Log.denormals.{repeats}", "Log", np.tile(denormals, repeats))
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.5, -2.5, 0.5], np.float32)
    for op in ("IsNaN", "IsInf", "Sign", "Round", "Relu", "Floor", "Ceil", "Abs"):
        add(f"{op}.special", op, special, opset=20)
    add("IsInf.negative", "IsInf", special, detect_positive=0)
    add("IsInf.positive", "IsInf", special, detect_negative=0)
    add("Softplus.large", "Softplus", np.array([-200, -50, 0, 50, 200], np.float32))
    add("Not", "Not", random("Not", (7,), np.bool_))
    add("BitwiseNot.uint8", "BitwiseNot", random("BitwiseNot", (7,), np.uint8))
    for alpha in (0.3, 2.0):
        add(f"LeakyRelu.alpha{alpha}", "LeakyRelu", random("l", (9,)), alpha=alpha)
        add(f"Elu.alpha{alpha}", "Elu", random("e", (9,)), alpha=alpha)
    add("PRelu", "PRelu", random("x", (2, 3, 4)), random("slope", (3, 1)))


def binary_cases():
    shapes = {"same": ((3, 5), (3, 5)), "row": ((3, 5), (5,)), "both": ((3, 1), (1, 5)), "scalar": ((2, 3, 5), ()),
              "rank": ((5,), (2, 3, 5)), "empty": ((0, 3), (1, 3))}
    for op in ("Add", "Sub", "Mul", "Div"):
        for shape, (left, right) in shapes.items():
            add(f"{op}.{shape}", op, random("a", left), random("b", right, low=0.5))
        for dtype in SIGNED + UNSIGNED + FLOATS:
            add(f"{op}.{short(dtype)}", op, random("a", (11,), dtype), random("b", (11,), dtype, 1, 4))
    for op in ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"):
        for dtype in (np.float32, np.int32, np.int64, np.uint8, np.float16):
            add(f"{op}.{short(dtype)}", op, random("a", (3, 7), dtype, 0, 1), random("b", (7,), dtype, 0, 1))
    for op in ("And", "Or", "Xor", "Equal"):
        add(f"{op}.bool", op, random("a", (9,), np.bool_), random("b", (4, 1), np.bool_))
    for op in ("BitwiseAnd", "BitwiseOr", "BitwiseXor"):
        for dtype in (np.uint8, np.int32, np.int64):
            add(f"{op}.{short(dtype)}", op, random("a", (9,), dtype), random("b", (9,), dtype))
    for direction in ("LEFT", "RIGHT"):
        for dtype in (np.uint8, np.uint32, np.uint64):
            add(f"BitShift.{direction}.{short(dtype)}", "BitShift", random("a", (9,), dtype, 0, 60), random("b", (9,), dtype, 0, 2), direction=direction)
    for dtype in (np.int32, np.int64, np.int8, np.uint8):
        add(f"Mod.python.{short(dtype)}", "Mod", random("a", (21,), dtype), random("b", (21,), dtype, 1, 3))
        add(f"Mod.c.{short(dtype)}", "Mod", random("a", (21,), dtype), random("b", (21,), dtype, 1, 3), fmod=1)
    add("Mod.negative", "Mod", random("a", (21,), np.int64), -random("b", (21,), np.int64, 1, 3))
    add("Mod.float", "Mod", random("a", (21,)), random("b", (21,), low=1), fmod=1)
    for exponent in (2.0, 3.0, 0.5, 1.0, -1.0, 0.0, 1.7):
        add(f"Pow.{exponent}", "Pow", random("p", (7, 3), low=0.2), const(exponent, np.float32))
    add("Pow.general", "Pow", random("a", (3, 5), low=0.2), random("b", (5,)))
    add("Pow.int", "Pow", random("a", (9,), np.int64, 0, 2), const(3))
    add("Pow.int.float", "Pow", random("a", (9,), np.int64, 0, 2), const(2.0, np.float32))
    add("Pow.float.int", "Pow", random("a", (9,), low=0.5), random("b", (9,), np.int64, -1, 1))
    for op in ("Min", "Max", "Sum", "Mean"):
        add(f"{op}.1", op, random("a", (5,)))
        add(f"{op}.3", op, random("a", (5,)), random("b", (3, 1)), random("c", (3, 5)))
    for op in ("Min", "Max"):
        for dtype in (np.int32, np.int64, np.uint32, np.uint64, np.float16, np.float64):
            add(f"{op}.{short(dtype)}", op, random("a", (9,), dtype), random("b", (9,), dtype))
    add("Clip.both", "Clip", random("x", (19,)), const(-1, np.float32), const(1.5, np.float32))
    add("Clip.low", "Clip", random("x", (19,)), const(0, np.float32))
    add("Clip.high", "Clip", random("x", (19,)), None, const(0, np.float32))
    add("Clip.int", "Clip", random("x", (19,), np.int64), const(-2), const(3))
    for dtype in (np.float32, np.int64, np.uint8, np.float16, np.bool_):
        add(f"Where.{short(dtype)}", "Where", random("c", (3, 1), np.bool_), random("a", (1, 5), dtype), random("b", (3, 5), dtype))


def cast_cases():
    types = FLOATS + SIGNED + UNSIGNED + (np.bool_,)
    for source in types:
        for target in types:
            values = random("cast", (23,), source, 0 if target in UNSIGNED else -3, 3)
            add(f"Cast.{short(source)}.{short(target)}", "Cast", values, to=helper.np_dtype_to_tensor_dtype(np.dtype(target)), sizes=["static"])
    add("CastLike", "CastLike", random("x", (3, 4)), random("y", (1,), np.int32))
    cast_there_and_back = [("Cast", ["x0"], ["narrow"], dict(to=TensorProto.BFLOAT16)), ("Cast", ["narrow"], ["y0"], dict(to=TensorProto.FLOAT))]
    for source, target in ((np.int32, np.uint8), (np.int32, np.int16), (np.int16, np.int8), (np.int64, np.int32)):
        for width in (1, 17, 33):  # one element is left behind whole registers
            add(f"Cast.{short(source)}.{short(target)}.{width}", "Cast", random("x", (3, width), source),
                to=helper.np_dtype_to_tensor_dtype(np.dtype(target)))
    add("Cast.bfloat16", "Cast", random("x", (31,)), nodes=cast_there_and_back)


def reduction_cases():
    for op in "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp".split():
        x = random(op, (3, 5, 7), low=0.3)
        for name, axes in {"last": [-1], "first": [0], "two": [2, 0], "middle": [1]}.items():
            for keep in (0, 1):
                add(f"{op}.{name}.keep{keep}", op, x, const(axes), keepdims=keep)
                if op != "ReduceSum":
                    add(f"{op}.{name}.keep{keep}.opset13", op, x, opset=13, axes=axes, keepdims=keep)
        add(f"{op}.all", op, x)
        add(f"{op}.none", op, x, const([]), noop_with_empty_axes=1)
        for dtype in (np.float16, np.float64, np.int32, np.int64):
            if np.issubdtype(dtype, np.floating) or "Log" not in op:
                add(f"{op}.{short(dtype)}", op, random(op, (4, 6), dtype, low=0.5), const([1]))
    for op in ("ReduceMax", "ReduceMin"):
        for dtype in (np.uint8, np.int8):
            add(f"{op}.{short(dtype)}", op, random(op, (4, 6), dtype), const([1]))
    add("ReduceSum.empty", "ReduceSum", np.zeros((3, 0), np.float32), const([1]))
    add("ReduceLogSumExp.large", "ReduceLogSumExp", np.array([[1000, 1001], [-np.inf, -np.inf]], np.float32), const([1]))
    for exclusive in (0, 1):
        for reverse in (0, 1):
            for axis in (0, 1, -1):
                add(f"CumSum.{axis}.{exclusive}{reverse}", "CumSum", random("x", (3, 5, 17)), const(axis), exclusive=exclusive, reverse=reverse)
    for dtype in (np.float64, np.int32, np.int64):
        add(f"CumSum.{short(dtype)}", "CumSum", random("x", (3, 5), dtype), const(1))
    for shape in ((0, 3), (3, 0), (1, 1)):
        add(f"CumSum.of{shape[0]}by{shape[1]}", "CumSum", random("x", shape), const(0))
    ties = np.array([[1, 3, 3], [2, 2, 0]], np.float32)
    for op in ("ArgMax", "ArgMin"):
        for last in (0, 1):
            for keep in (0, 1):
                add(f"{op}.last{last}.keep{keep}", op, ties, axis=1, select_last_index=last, keepdims=keep)
        add(f"{op}.first", op, random(op, (5, 4)))
        add(f"{op}.negative", op, random(op, (5, 4), np.int32), axis=-1)
        add(f"{op}.uint8", op, np.array([[1, 200, 3], [255, 0, 128]], np.uint8), axis=1)


def matmul_cases():
    shapes = {"matrix": ((3, 5), (5, 7)), "batch": ((2, 3, 5), (2, 5, 7)), "broadcast": ((2, 1, 3, 5), (4, 5, 7)), "row": ((5,), (5, 7)),
              "column": ((3, 5), (5,)), "dot": ((5,), (5,)), "vector.batch": ((5,), (2, 5, 3)), "batch.vector": ((2, 3, 5), (5,)),
              "empty": ((0, 5), (5, 7)), "nothing": ((3, 0), (0, 7))}
    for name, (left, right) in shapes.items():
        add(f"MatMul.{name}", "MatMul", random("a", left), random("b", right))
    for dtype in (np.float64, np.float16, np.int32, np.int64, np.uint32):
        add(f"MatMul.{short(dtype)}", "MatMul", random("a", (2, 3, 5), dtype), random("b", (5, 4), dtype))
    add("MatMul.weight", "MatMul", random("a", (2, 3, 48)), Const(random("w", (48, 33))))
    for trans_a in (0, 1):
        for trans_b in (0, 1):
            a = random("a", (5, 3) if trans_a else (3, 5))
            b = random("b", (7, 5) if trans_b else (5, 7))
            add(f"Gemm.{trans_a}{trans_b}", "Gemm", a, b, random("c", (7,)), transA=trans_a, transB=trans_b)
    a, b = random("a", (3, 5)), random("b", (5, 7))
    add("Gemm.scaled", "Gemm", a, b, random("c", (3, 1)), alpha=0.5, beta=2.0)
    add("Gemm.alpha", "Gemm", a, b, alpha=0.5)
    add("Gemm.plain", "Gemm", a, b)
    for rank, size in ((1, (11,)), (2, (9, 8)), (3, (5, 6, 4))):
        x, w, bias = random("x", (2, 4) + size), random("w", (6, 4) + (3,) * rank), random("b", (6,))
        add(f"Conv.{rank}d", "Conv", x, Const(w))
        add(f"Conv.{rank}d.bias", "Conv", x, Const(w), Const(bias), pads=[1] * 2 * rank)
        add(f"Conv.{rank}d.strides", "Conv", x, Const(w), Const(bias), strides=[2] * rank, pads=[1, 0] * rank)
        add(f"Conv.{rank}d.groups", "Conv", x, Const(random("w", (6, 2) + (2,) * rank)), group=2)
        for pad in ("SAME_UPPER", "SAME_LOWER", "VALID"):
            add(f"Conv.{rank}d.{pad}", "Conv", x, Const(random("w", (6, 4) + (2,) * rank)), auto_pad=pad)
            add(f"Conv.{rank}d.{pad}.strides", "Conv", x, Const(random("w", (6, 4) + (4,) * rank)), auto_pad=pad, strides=[3] * rank)
    add("Conv.dilations", "Conv", random("x", (1, 2, 9, 9)), Const(random("w", (3, 2, 3, 3))), dilations=[2, 3])


def normalization_cases():
    x = random("x", (2, 3, 16))
    for axis in (-1, 0, 1):
        add(f"Softmax.{axis}", "Softmax", x, axis=axis)
        add(f"LogSoftmax.{axis}", "LogSoftmax", x, axis=axis)
        scale, bias = random("s", x.shape[axis:]), random("b", x.shape[axis:])
        add(f"LayerNormalization.{axis}", "LayerNormalization", x, scale, bias, axis=axis)
        add(f"RMSNormalization.{axis}", "RMSNormalization", x, scale, axis=axis, opset=23)
    add("LayerNormalization.plain", "LayerNormalization", x, random("s", (16,)), epsilon=1e-2)
    for dtype in (np.float16, np.float64):
        add(f"Softmax.{short(dtype)}", "Softmax", x.astype(dtype))
        add(f"LayerNormalization.{short(dtype)}", "LayerNormalization", x.astype(dtype), random("s", (16,), dtype), random("b", (16,), dtype))
    for name, shape in {"one": (1,), "ones": (4, 1), "between": (2, 1, 3)}.items():
        add(f"Softmax.{name}", "Softmax", random("x", shape), axis=1 if name == "between" else -1)
    add("Softmax.masked", "Softmax", np.array([[0, -np.inf, 1], [-np.inf, 2, -np.inf]], np.float32))
    add("Softmax.large", "Softmax", np.array([[1e4, 1e4 - 1, -1e4]], np.float32))


def shape_cases():
    x = random("x", (2, 3, 4))
    for name, (start, end) in {"all": (0, None), "part": (1, None), "negative": (-2, -1), "beyond": (-9, 9), "empty": (2, 1)}.items():
        add(f"Shape.{name}", "Shape", x, **({"start": start} if end is None else {"start": start, "end": end}))
    add("Size", "Size", x)
    for name, target in {"plain": [4, 6], "rest": [-1, 2], "copy": [0, -1], "rank": [2, 1, 3, 2, 2], "flat": [-1]}.items():
        add(f"Reshape.{name}", "Reshape", x, const(target))
    add("Reshape.empty", "Reshape", np.zeros((0, 3), np.float32), const([3, 0]), allowzero=1)
    add("Reshape.empty.copy", "Reshape", np.zeros((0, 3), np.float32), const([0, 1, 3]))
    add("Reshape.scalar", "Reshape", random("x", (1, 1)), const([]))
    by_shape = [("Shape", ["x0"], ["s"], {}), ("Gather", ["s", "x1"], ["d"], dict(axis=0)), ("Concat", ["d", "x2"], ["t"], dict(axis=0)), ("Reshape", ["x0", "t"], ["y0"], {})]
    add("Reshape.computed", "Reshape", x, const([1]), const([-1]), nodes=by_shape)
    for axis in (0, 1, 2, 3, -1, -3):
        add(f"Flatten.{axis}", "Flatten", x, axis=axis)
    add("Unsqueeze", "Unsqueeze", x, const([0, -1]))
    add("Unsqueeze.middle", "Unsqueeze", x, const([2, 1]))
    add("Squeeze", "Squeeze", random("x", (1, 3, 1, 2)), const([0, -2]))
    add("Squeeze.all", "Squeeze", random("x", (1, 3, 1, 2)), sizes=["static"])
    add("Expand.larger", "Expand", random("x", (3, 1)), const([2, 1, 4]))
    add("Expand.smaller", "Expand", random("x", (2, 3, 4)), const([3, 1]))
    add("Expand.one", "Expand", random("x", (1,)), const([5]))
    add("Expand.computed", "Expand", random("x", (3, 1)), random("y", (2, 3, 4)), nodes=[("Shape", ["x1"], ["s"], {}), ("Expand", ["x0", "s"], ["y0"], {})])
    for dtype in (np.float32, np.int64, np.bool_, np.float16):
        add(f"ConstantOfShape.{short(dtype)}", "ConstantOfShape", random("x", (2, 3)), nodes=[
            ("Shape", ["x0"], ["s"], {}), ("ConstantOfShape", ["s"], ["y0"], dict(value=numpy_helper.from_array(np.array([1], dtype))))])
    add("ConstantOfShape.default", "ConstantOfShape", const([2, 3]))
    for name, bounds in {"up": (2, 11, 3), "down": (9, -2, -2), "empty": (5, 2, 1)}.items():
        for dtype in (np.int64, np.int32, np.float32):
            add(f"Range.{name}.{short(dtype)}", "Range", *[const(b, dtype) for b in bounds])
    add("Range.computed", "Range", random("x", (7,)), const(0), const(1), nodes=[("Size", ["x0"], ["n"], {}), ("Range", ["x1", "n", "x2"], ["y0"], {})])
    def by_float_size(dtype, bounds):
        return [("Size", ["x0"], ["n"], {}), ("Cast", ["n"], ["f"], dict(to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))), ("Range", bounds, ["y0"], {})]
    for dtype in (np.float32, np.float64):
        for start, step in ((0, 1), (2, 3), (0.5, 0.25), (9, 1)):
            add(f"Range.computed.{start}.{step}.{short(dtype)}", "Range", random("x", (7,)), const(start, dtype), const(step, dtype),
                nodes=by_float_size(dtype, ["x1", "f", "x2"]))
        add(f"Range.computed.down.{short(dtype)}", "Range", random("x", (7,)), const(-1, dtype), const(-2, dtype), nodes=by_float_size(dtype, ["f", "x1", "x2"]))
    negated_twice = [("Shape", ["x0"], ["n"], dict(start=1)), ("Neg", ["n"], ["m"], {}), ("Div", ["m", "x1"], ["q"], {}), ("Neg", ["q"], ["c"], {}), ("Concat", ["c", "x2"], ["s"], dict(axis=0)), ("Expand", ["x3", "s"], ["y0"], {})]
    add("Div.negative.size", "Div", x, const([4]), const([2]), const(1, np.float32), nodes=negated_twice)
    add("Identity", "Identity", x)
    add("Dropout", "Dropout", x)
    for form, value in dict(value_float=1.5, value_floats=[1.0, 2.0], value_int=3, value_ints=[4, 5]).items():
        dtype = np.float32 if "float" in form else np.int64
        add(f"Constant.{form}", "Constant", random("x", (2,), dtype), nodes=[("Constant", [], ["c"], {form: value}), ("Add", ["x0", "c"], ["y0"], {})])


def movement_cases():
    x = random("x", (4, 5, 6))
    for name, perm in {"default": None, "swap": [0, 2, 1], "rotate": [2, 0, 1]}.items():
        add(f"Transpose.{name}", "Transpose", x, **({} if perm is None else {"perm": perm}))
    add("Concat.first", "Concat", random("a", (2, 3)), random("b", (1, 3)), random("c", (0, 3)), axis=0)
    add("Concat.last", "Concat", random("a", (2, 3)), random("b", (2, 5)), axis=-1)
    add("Concat.one", "Concat", random("a", (2, 3)), axis=1)
    slices = {"plain": ([1], [3], [0], [1]), "steps": ([0, 1], [5, 6], [1, 2], [2, 3]), "negative": ([-3], [-1], [2], [1]),
              "clamped": ([-99, 2], [99, 77], [0, 1], [1, 1]), "end": ([1], [INT64_MAX], [1], [1]), "reverse": ([-1], [-INT64_MAX], [0], [-1]),
              "reverse.steps": ([4], [0], [1], [-2]), "empty": ([3], [1], [0], [1]), "beyond": ([9], [12], [0], [1]), "reverse.beyond": ([20], [1], [2], [-2]),
              "reverse.before": ([-9, -5], [-99, -99], [0, 1], [-1, -2]), "reverse.begin": ([-INT64_MAX], [-INT64_MAX], [2], [-1]),
              "reverse.none": ([-9], [-4], [0], [-1])}
    for name, parts in slices.items():
        add(f"Slice.{name}", "Slice", x, *[const(part) for part in parts])
    add("Slice.default", "Slice", x, const([1, 0, 2]), const([3, 5, 6]))
    by_size = [("Shape", ["x1"], ["s"], dict(start=0, end=1)), ("Slice", ["x0", "x2", "s"], ["y0"], {})]
    for start in (-7, -1, 0, 9):
        add(f"Slice.reverse.of.none.{start}", "Slice", random("x", (0, 3)), const([start]), const([-99]), const([0]), const([-1]))
    add("Slice.computed", "Slice", x, random("y", (3,)), const([1]), nodes=by_size)
    add("Split.equal", "Split", x, axis=0, num_outputs=2, outputs=2)
    add("Split.uneven", "Split", x, axis=1, num_outputs=2, outputs=2)
    add("Split.sizes", "Split", x, const([1, 3, 2]), axis=-1, outputs=3)
    add("Split.opset13", "Split", x, axis=2, outputs=3, opset=13)
    add("Pad.all", "Pad", x, const([1, 0, 2, 0, 3, 1]), const(1.5, np.float32))
    add("Pad.default", "Pad", x, const([0, 0, 1, 0, 0, 2]), mode="constant")
    add("Pad.negative", "Pad", x, const([-1, 2, 0, 0, -2, 1]))
    add("Pad.axes", "Pad", x, const([1, 2, 3, 4]), const(0, np.float32), const([2, -3]))
    add("Tile", "Tile", random("x", (2, 3)), const([2, 3]))
    add("Tile.none", "Tile", random("x", (2, 3)), const([1, 0]))
    for axis in (0, 1, -1):
        add(f"Gather.{axis}", "Gather", x, np.array([[0, -1, 2], [1, 3, -4]]), axis=axis)
    add("Gather.scalar", "Gather", x, const(1), axis=1)
    add("Gather.int32", "Gather", x, np.array([2, 0], np.int32))
    add("Gather.empty", "Gather", x, np.zeros((0,), np.int64))
    add("GatherND.tuple", "GatherND", x, const([[0, 1], [3, -1]]))
    add("GatherND.element", "GatherND", x, const([[0, 1, 2], [3, -1, 0]]))
    add("GatherND.batch", "GatherND", random("x", (2, 3, 4)), const([[1], [2]]), batch_dims=1)
    for upper in (0, 1):
        for k in (-1, 0, 2):
            add(f"Trilu.{upper}.{k}", "Trilu", random("x", (2, 4, 5)), const(k), upper=upper)
    add("Trilu.default", "Trilu", random("x", (4, 4), np.int64))
    for mode in ("DCR", "CRD"):
        add(f"DepthToSpace.{mode}", "DepthToSpace", random("x", (2, 8, 3, 5)), blocksize=2, mode=mode)
    add("SpaceToDepth", "SpaceToDepth", random("x", (2, 3, 4, 6)), blocksize=2)


QUANTIZED = (np.int8, np.uint8, np.int16, np.uint16)


def whole(name, shape, dtype):
    """Integers from the whole range of a type."""
    return random(name, shape, dtype, -1e6, 1e6)


def scale(*values):
    return np.array(values if len(values) != 1 else values[0], np.float32)


def quantization_cases():
    special = np.array([np.nan, np.inf, -np.inf, 1e30, -1e30, 0.5, 1.5, 2.5, -0.5, -2.5, 0.0, -0.0, 127.5, 200] * 3, np.float32)
    x, column = random("x", (3, 5, 7), low=-40, high=40), scale(0.25, 0.1, 0.3, 2, 0.07)
    for dtype in QUANTIZED:
        name, zero = short(dtype), np.array(3, dtype)
        several = np.array([0, 1, 7, 100, 5], dtype)
        add(f"QuantizeLinear.{name}", "QuantizeLinear", x, Const(scale(0.19)), Const(zero), opset=21)
        add(f"QuantizeLinear.{name}.axis", "QuantizeLinear", x, column, several, opset=21, axis=-2)
        add(f"QuantizeLinear.{name}.special", "QuantizeLinear", special, scale(1), zero, opset=21)
        values = whole("q", (3, 5, 7), dtype)
        add(f"DequantizeLinear.{name}", "DequantizeLinear", values, Const(scale(0.19)), Const(zero), opset=21)
        add(f"DequantizeLinear.{name}.axis", "DequantizeLinear", values, column, several, opset=21)
        add(f"DequantizeLinear.{name}.weight", "DequantizeLinear", Const(whole("q", (40, 50), dtype)), Const(random("s", (50,), low=0.1)), None, axis=-1, opset=21, sizes=["static"])
    add("QuantizeLinear.default", "QuantizeLinear", x, scale(0.3), opset=13)
    add("QuantizeLinear.zero", "QuantizeLinear", x, scale(0.3), const(0, np.int8), opset=13)
    add("QuantizeLinear.one", "QuantizeLinear", x, np.array([0.3], np.float32), np.array([4], np.uint8), opset=13, axis=0)
    add("QuantizeLinear.int16.typed", "QuantizeLinear", x, scale(0.3), opset=21, output_dtype=TensorProto.INT16)
    add("QuantizeLinear.int32", "QuantizeLinear", random("x", (9,), np.int32, -200, 200), scale(3), opset=21, by_reference=True)
    for shape in ((), (0,), (2, 0, 3)):
        add(f"QuantizeLinear.rank{len(shape)}", "QuantizeLinear", random("x", shape), scale(0.1), np.array(9, np.int8))
        add(f"DequantizeLinear.rank{len(shape)}", "DequantizeLinear", whole("x", shape, np.uint8), scale(0.1), np.array(9, np.uint8))
        add(f"DynamicQuantizeLinear.rank{len(shape)}", "DynamicQuantizeLinear", random("x", shape), outputs=3)
    half = random("x", (300,), np.float16, -20, 20)
    add("QuantizeLinear.half", "QuantizeLinear", half, np.array(0.1, np.float16), np.array(3, np.int8), opset=21, by_reference=True)
    add("QuantizeLinear.half.precise", "QuantizeLinear", half, np.array(0.1, np.float16), np.array(3, np.int8), opset=23, precision=TensorProto.FLOAT)
    add("DequantizeLinear.half", "DequantizeLinear", whole("x", (300,), np.int8), np.array(0.1, np.float16), np.array(3, np.int8), opset=21)
    add("DequantizeLinear.half.typed", "DequantizeLinear", whole("x", (300,), np.int8), np.array(0.1, np.float16), opset=23, output_dtype=TensorProto.FLOAT, by_reference=True)
    add("DequantizeLinear.int32", "DequantizeLinear", whole("x", (7, 5), np.int32), Const(column), opset=13)
    for name, size in (("even", 2), ("uneven", 4)):
        scales = random("s", (3, -(-6 // size), 2), low=0.1)
        zeros = whole("z", scales.shape, np.uint8)
        add(f"QuantizeLinear.blocks.{name}", "QuantizeLinear", random("x", (3, 6, 2), low=-40), scales, zeros, opset=21, axis=1, block_size=size)
        add(f"DequantizeLinear.blocks.{name}", "DequantizeLinear", whole("x", (3, 6, 2), np.uint8), scales, zeros, opset=21, axis=-2, block_size=size)
    for name in ("int4", "uint4", "int2", "uint2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz"):
        dtype = np.dtype(getattr(ml_dtypes, name))
        opset = 25 if "2" in name[-1] and "int" in name else 21
        for size in ((3, 5), (41, 33)):
            values = random("x", size, low=-16 if name[0] != "u" else 0, high=16).astype(np.int8 if "int" in name else np.float32).astype(dtype)
            add(f"DequantizeLinear.{name}.{size[0]}", "DequantizeLinear", Const(values), Const(random("s", (size[1],), low=0.1)), opset=opset, axis=1, by_reference=opset == 25)
        if "int" in name:
            there_and_back = [("QuantizeLinear", ["x0", "x1", "x2"], ["there"], {}), ("DequantizeLinear", ["there", "x1", "x2"], ["y0"], {})]
            add(f"QuantizeLinear.{name}", "QuantizeLinear", x, Const(scale(1.3)), Const(np.array(1).astype(dtype)), opset=opset, nodes=there_and_back, by_reference=opset == 25)
    add_float8(x)
    for name, values in {"mixed": x, "positive": np.abs(x) + 1, "negative": -np.abs(x) - 1, "zeros": np.zeros(5, np.float32), "large": x * np.float32(1e30)}.items():
        add(f"DynamicQuantizeLinear.{name}", "DynamicQuantizeLinear", values, outputs=3)


def add_float8(x):
    """Rounding to floats of 8 bits and back: each of them, what lies between two, next to it, and beyond all."""
    def back(to):
        return ("Cast", [to], ["y0"], dict(to=TensorProto.FLOAT))
    for name in ("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz"):
        dtype, number = np.dtype(getattr(ml_dtypes, name)), getattr(TensorProto, name.replace("_", "").upper())
        each = np.sort(np.arange(256, dtype=np.uint8).view(dtype).astype(np.float32))
        each = each[np.isfinite(each)]
        between = (each[1:] + each[:-1]) / 2
        edges = np.concatenate([each, between, np.nextafter(between, np.float32(np.inf)), np.nextafter(between, np.float32(-np.inf)),
                                each[-1] * np.array([1.01, 1.0625, 1.125, 1.13, 2, 1e30, np.inf], np.float32), np.array([np.nan, 1e-30, -1e-30, -0.0], np.float32)])
        edges = np.concatenate([edges, -edges]).astype(np.float32)
        zero = Const(np.zeros((), np.float32).astype(dtype))
        for saturate in (1, 0):
            there = dict(to=number, saturate=saturate)
            add(f"Cast.{name}.{saturate}", "Cast", edges, opset=21, by_reference=True, nodes=[("Cast", ["x0"], ["there"], there), back("there")])
            add(f"QuantizeLinear.{name}.{saturate}", "QuantizeLinear", edges, scale(1), zero, opset=21, by_reference=True,
                nodes=[("QuantizeLinear", ["x0", "x1", "x2"], ["there"], dict(saturate=saturate)), back("there")])
        for kind, values in {"f64": edges.astype(np.float64)[np.isfinite(edges)], "f16": edges.astype(np.float16), "i32": np.arange(-600, 600, 7, np.int32)}.items():
            add(f"Cast.{name}.{kind}", "Cast", values, opset=21, by_reference=True, nodes=[("Cast", ["x0"], ["there"], dict(to=number)), back("there")])
        add(f"CastLike.{name}", "CastLike", edges, zero, opset=21, by_reference=True, nodes=[("CastLike", ["x0", "x1"], ["there"], {}), back("there")])
        typed = [("QuantizeLinear", ["x0", "x1"], ["there"], dict(output_dtype=number)), ("DequantizeLinear", ["there", "x1"], ["y0"], {})]
        add(f"QuantizeLinear.{name}.typed", "QuantizeLinear", x, scale(0.19), opset=21, nodes=typed, by_reference=True)
        along = [(op, ins, outs, dict(axis=1)) for op, ins, outs in (("QuantizeLinear", ["x0", "x1", "x2"], ["there"]), ("DequantizeLinear", ["there", "x1", "x2"], ["y0"]))]
        add(f"QuantizeLinear.{name}.axis", "QuantizeLinear", x, Const(scale(0.25, 0.1, 0.3, 2, 0.07)), Const(np.zeros(5, np.float32).astype(dtype)), opset=23, nodes=along, by_reference=True)
        in_blocks = [("QuantizeLinear", ["x0", "x1"], ["there"], dict(output_dtype=number, axis=1, block_size=2)),
                     ("Transpose", ["there"], ["turned"], dict(perm=[0, 2, 1])), ("Transpose", ["turned"], ["again"], dict(perm=[0, 2, 1])),
                     ("DequantizeLinear", ["again", "x1"], ["y0"], dict(axis=1, block_size=2))]
        add(f"QuantizeLinear.{name}.blocks", "QuantizeLinear", random("x", (3, 6, 2), low=-40), random("s", (3, 3, 2), low=0.1), opset=25, nodes=in_blocks, by_reference=True)
        half = random("x", (300,), np.float16, -20, 20)
        add(f"QuantizeLinear.{name}.half", "QuantizeLinear", half, np.array(0.1, np.float16), opset=21, by_reference=True,
            nodes=[("QuantizeLinear", ["x0", "x1"], ["there"], dict(output_dtype=number)), ("DequantizeLinear", ["there", "x1"], ["y0"], {})])


def integer_product_cases():
    shapes = {"matrices": ((3, 7), (7, 5)), "batch": ((2, 3, 7), (7, 5)), "batches": ((2, 1, 3, 7), (4, 7, 5)), "row": ((7,), (7, 5)),
              "column": ((3, 7), (7,)), "empty": ((0, 7), (7, 5)), "nothing": ((3, 0), (0, 5)), "wide": ((5, 130), (130, 70))}
    pairs = ((np.uint8, np.int8), (np.uint8, np.uint8), (np.int8, np.int8), (np.int8, np.uint8))
    for left, right in pairs:
        name = f"{short(left)}.{short(right)}"
        for shape, (a, b) in shapes.items():
            zeros = np.array(3, left), np.array(7, right)
            by_reference = shape == "nothing" or left == np.int8 and right == np.uint8  # onnxruntime leaves memory as it is, has no kernel
            add(f"MatMulInteger.{name}.{shape}", "MatMulInteger", whole("a", a, left), whole("b", b, right), by_reference=by_reference)
            add(f"MatMulInteger.{name}.{shape}.zeros", "MatMulInteger", whole("a", a, left), whole("b", b, right), *zeros, by_reference=by_reference)
        add(f"MatMulInteger.{name}.weight", "MatMulInteger", whole("a", (5, 40), left), Const(whole("b", (40, 50), right)), np.array(99, left), Const(whole("z", (50,), right)), by_reference=by_reference)
        add(f"MatMulInteger.{name}.left", "MatMulInteger", whole("a", (5, 40), left), whole("b", (40, 50), right), np.array(99, left), by_reference=by_reference)
    add("MatMulInteger.rows", "MatMulInteger", whole("a", (2, 3, 7), np.uint8), whole("b", (7, 5), np.int8), whole("z", (2, 3, 1), np.uint8), whole("y", (5,), np.int8), by_reference=True)

    def product(name, a, b, scales, zeros, dtype, **options):
        add(f"QLinearMatMul.{name}", "QLinearMatMul", a, scales[0], np.array(zeros[0], a.dtype), b, scales[1], zeros[1], scales[2], np.array(zeros[2], dtype), **options)
    for left, right in pairs[:3]:
        a, b = whole("a", (3, 17), left), whole("b", (17, 5), right)
        product(f"{short(left)}.{short(right)}", a, b, (scale(0.11), scale(0.023), scale(0.97)), (9, np.array(5, right), 11), left)
        product(f"{short(left)}.{short(right)}.columns", a, Const(b), (scale(0.11), Const(random("s", (5,), low=0.01, high=0.03)), scale(0.97)), (9, Const(np.zeros(5, right)), 0), left)
    product("batches", whole("a", (2, 4, 3, 17), np.uint8), whole("b", (4, 17, 5), np.uint8), (scale(0.11), scale(0.023), scale(0.97)), (0, np.array(0, np.uint8), 100), np.uint8)

    def convolution(name, x, w, *zeros, **attributes):
        add(f"ConvInteger.{name}", "ConvInteger", x, w, *zeros, **attributes)
    image = whole("x", (2, 4, 9, 8), np.uint8)
    for name, attributes in {"plain": {}, "padded": dict(pads=[1, 2, 0, 1], strides=[2, 1]), "same": dict(auto_pad="SAME_UPPER"), "dilated": dict(dilations=[2, 1])}.items():
        convolution(name, image, Const(whole("w", (6, 4, 3, 2), np.uint8)), np.array(128, np.uint8), np.array(7, np.uint8), **attributes)
    convolution("no_zeros", image, whole("w", (6, 4, 3, 2), np.uint8), pads=[1, 1, 1, 1])
    convolution("groups", image, whole("w", (6, 2, 3, 2), np.uint8), np.array(128, np.uint8), group=2)
    convolution("large", whole("x", (1, 40, 5, 5), np.uint8), whole("w", (3, 40, 5, 5), np.uint8))
    convolution("line", whole("x", (1, 3, 17), np.uint8), whole("w", (2, 3, 5), np.uint8), np.array(7, np.uint8))
    for x_type, w_type in ((np.uint8, np.uint8), (np.uint8, np.int8), (np.int8, np.int8)):
        for bias in (False, True):
            inputs = [whole("x", (2, 4, 9, 8), x_type), scale(0.013), np.array(100, x_type), Const(whole("w", (6, 4, 3, 2), w_type)),
                      Const(random("s", (6,), low=0.01, high=0.03)), Const(np.zeros(6, w_type)), scale(0.37), np.array(12, x_type)]
            if bias:
                inputs.append(Const(whole("b", (6,), np.int16).astype(np.int32)))
            add(f"QLinearConv.{short(x_type)}.{short(w_type)}.bias{int(bias)}", "QLinearConv", *inputs, pads=[1, 1, 1, 1])
    add("QLinearConv.scalar", "QLinearConv", whole("x", (1, 2, 5, 5), np.uint8), scale(0.013), np.array(100, np.uint8), whole("w", (4, 1, 3, 3), np.uint8),
        scale(0.02), np.array(30, np.uint8), scale(0.37), np.array(12, np.uint8), group=2)


def microsoft_cases():
    def add_microsoft(name, op, *inputs, **options):
        add(f"{op}.{name}" if name else op, op, *inputs, domain="com.microsoft", **options)
    for bits in (2, 4, 8):
        for size, k in ((16, 64), (32, 80), (128, 128)):
            n, blocks = 10, -(-k // size)
            weight = Const(whole("b", (n, blocks, size * bits // 8), np.uint8))
            scales = Const(random("s", (n, blocks), low=0.01, high=0.1))
            common = dict(K=k, N=n, bits=bits, block_size=size)
            a, name = random("a", (2, 3, k)), f"{bits}.{size}"
            zeros = Const(whole("z", (n, -(-blocks * bits // 8)), np.uint8))
            add_microsoft(name, "MatMulNBits", a, weight, scales, **common)
            add_microsoft(f"{name}.zeros", "MatMulNBits", a, weight, scales, zeros, **common)
            if bits == 4:
                reals = Const(random("z", (n, blocks), low=0, high=15))
                add_microsoft(f"{name}.real_zeros", "MatMulNBits", a, weight, scales, reals, **common)
                groups = Const(np.random.default_rng(1).permutation(np.arange(k) // size).astype(np.int32))
                add_microsoft(f"{name}.groups", "MatMulNBits", a, weight, scales, None, groups, **common)
                add_microsoft(f"{name}.bias", "MatMulNBits", a, weight, scales, None, None, Const(random("c", (n,))), **common)
    half = Const(random("s", (10, 2), np.float16, 0.01, 0.1))
    add_microsoft("half", "MatMulNBits", random("a", (3, 64), np.float16), Const(whole("b", (10, 2, 16), np.uint8)), half, K=64, N=10, bits=4, block_size=32)
    add_microsoft("empty", "MatMulNBits", random("a", (0, 64)), Const(whole("b", (10, 2, 16), np.uint8)), Const(random("s", (10, 2))), K=64, N=10, bits=4, block_size=32)
    a, b = whole("a", (3, 17), np.uint8), whole("b", (17, 5), np.int8)
    x = random("x", (2, 3, 17))
    bias, columns = Const(random("c", (5,))), Const(random("s", (5,), low=0.01, high=0.03))
    add_microsoft("", "DynamicQuantizeMatMul", x, Const(b), columns, Const(np.zeros(5, np.int8)), bias)
    add_microsoft("plain", "DynamicQuantizeMatMul", x, Const(b), scale(0.03))
    add_microsoft("", "MatMulIntegerToFloat", a, Const(b), scale(0.02), columns, np.array(9, np.uint8), Const(whole("z", (5,), np.int8)), bias)
    add_microsoft("plain", "MatMulIntegerToFloat", a, b, scale(0.02), scale(0.03))
    scales, zeros = (scale(0.11), scale(0.023), scale(0.97)), (np.array(9, np.uint8), np.array(5, np.int8), np.array(11, np.uint8))
    c = Const(whole("c", (5,), np.int16).astype(np.int32))
    add_microsoft("", "QGemm", a, scales[0], zeros[0], b, scales[1], zeros[1], c, scales[2], zeros[2])
    add_microsoft("real", "QGemm", a, scales[0], zeros[0], b, columns, Const(np.zeros(5, np.int8)), None)
    add_microsoft("transposed", "QGemm", a.T.copy(), scales[0], zeros[0], b.T.copy(), scales[1], zeros[1], None, scales[2], zeros[2], transA=1, transB=1, alpha=0.5)
    for dtype in (np.uint8, np.int8):
        p, q, zero = whole("p", (4, 3, 7), dtype), whole("q", (3, 7), dtype), np.array(9, dtype)
        name = short(dtype)
        add_microsoft(name, "QLinearAdd", p, scale(0.11), zero, q, scale(0.07), np.array(4, dtype), scale(0.13), np.array(2, dtype))
        add_microsoft(name, "QLinearMul", p, scale(0.11), zero, q, scale(0.07), np.array(4, dtype), scale(0.13), np.array(2, dtype))
        add_microsoft(name, "QLinearSigmoid", p, Const(scale(0.05)), Const(zero), Const(scale(0.0043)), Const(np.array(0, dtype)))
        add_microsoft(name, "QLinearLeakyRelu", p, Const(scale(0.05)), Const(zero), Const(scale(0.043)), Const(np.array(3, dtype)), alpha=0.2)
        for opset in (12, 13):
            soft = [("Softmax", ["real"], ["soft"], dict(axis=1))]
            if opset < 13:  # all axes from the given one on are one
                soft = [("Shape", ["real"], ["shape"], {}), ("Flatten", ["real"], ["flat"], dict(axis=1)),
                        ("Softmax", ["flat"], ["flat_soft"], dict(axis=1)), ("Reshape", ["flat_soft", "shape"], ["soft"], {})]
            meaning = [("DequantizeLinear", ["x0", "x1", "x2"], ["real"], {}), *soft, ("QuantizeLinear", ["soft", "x3", "x4"], ["y0"], {})]
            add_microsoft(f"{name}.{opset}", "QLinearSoftmax", p, Const(scale(0.05)), Const(zero), Const(scale(0.0039)), Const(np.array(0, dtype)),
                          nodes=[("QLinearSoftmax", [f"x{i}" for i in range(5)], ["y0"], dict(axis=1, opset=opset))], meaning=meaning)
        add_microsoft(name, "QLinearConcat", Const(scale(0.05)), Const(zero), p, Const(scale(0.04)), Const(np.array(0, dtype)), whole("q", (4, 2, 7), dtype), Const(scale(0.05)), Const(zero), axis=1)
    hidden, heads = 12, 3
    attended = [whole("x", (2, 4, 10), np.uint8), Const(whole("w", (10, 3 * hidden), np.int8)), Const(random("c", (3 * hidden,))), Const(scale(0.01)), Const(scale(0.007))]
    zero, past = np.array(120, np.uint8), random("p", (2, 2, heads, 5, hidden // heads))
    masks = {"lengths": np.array([4, 2], np.int32), "columns": np.array([[1, 1, 0, 1], [1, 0, 1, 1]], np.int32), "rows": random("m", (2, 4, 4), np.bool_).astype(np.int32)}
    masks["rows"][:, :, 0] = 1
    for name, mask in masks.items():
        add_microsoft(name, "QAttention", *attended, mask, zero, np.array(3, np.int8), num_heads=heads)
    add_microsoft("causal", "QAttention", *attended, None, zero, num_heads=heads, unidirectional=1)
    add_microsoft("past", "QAttention", *attended, None, zero, np.array(3, np.int8), past, num_heads=heads, unidirectional=1, outputs=2)
    pixels = whole("x", (2, 3, 5, 7), np.uint8)
    for last in (0, 1):
        for border in (0, 1):
            add_microsoft(f"{last}.{border}", "QLinearAveragePool", pixels, Const(scale(0.11)), Const(np.array(9, np.uint8)), Const(scale(0.03)), Const(np.array(4, np.uint8)),
                          channels_last=last, count_include_pad=border, kernel_shape=[3, 2], pads=[1, 1, 1, 0], strides=[2, 1])
        add_microsoft(f"{last}", "QLinearGlobalAveragePool", pixels, Const(scale(0.11)), Const(np.array(9, np.uint8)), Const(scale(0.03)), Const(np.array(4, np.uint8)), channels_last=last)
    add_microsoft("microsoft.uint16", "QuantizeLinear", random("x", (3, 5, 7), low=-4000, high=4000), scale(0.19), np.array(300, np.uint16))
    add_microsoft("microsoft.axis", "QuantizeLinear", x, random("s", (3,), low=0.1), whole("z", (3,), np.int8), axis=1)
    add_microsoft("microsoft.int16", "DequantizeLinear", whole("x", (3, 5, 7), np.int16), scale(0.19), np.array(-300, np.int16))
    add_microsoft("microsoft.int32", "DequantizeLinear", whole("x", (3, 5), np.int32), random("s", (5,), low=0.1), Const(np.zeros(5, np.int32)), axis=1)
    add_picked_rows(add_microsoft)


def add_picked_rows(add_microsoft):
    """Rows of tables that are quantized."""
    ids = np.array([[3, 0, -1], [8, 2, -9]])
    for bits in (2, 4, 8):
        for size, width in ((16, 64), (32, 72)):
            blocks, name = -(-width // size), f"{bits}.{size}"
            data, scales = Const(whole("d", (9, width * bits // 8), np.uint8)), Const(random("s", (9, blocks), low=0.01))
            zeros = Const(whole("z", (9, -(-blocks * bits // 8)), np.uint8))
            add_microsoft(name, "GatherBlockQuantized", data, ids, scales, bits=bits, block_size=size, quantize_axis=-1)
            add_microsoft(f"{name}.zeros", "GatherBlockQuantized", data, ids.astype(np.int32), scales, zeros, bits=bits, block_size=size, quantize_axis=1)
    for name in ("int4", "uint4"):
        dtype = np.dtype(getattr(ml_dtypes, name))
        def codes(seed, shape):
            return Const(random(seed, shape, low=-8 if name[0] == "i" else 0, high=7).astype(np.int8).astype(dtype))
        for gather, along in ((0, 2), (1, 2), (2, 1), (1, 1), (1, 0)):
            shape = [9, 9, 9]
            shape[along] = 40
            blocked = [3 if axis == along else size for axis, size in enumerate(shape)]
            inputs = codes("d", shape), ids, Const(random("s", blocked, low=0.01)), codes("z", blocked)
            add_microsoft(f"{name}.{gather}.{along}", "GatherBlockQuantized", *inputs, gather_axis=gather, quantize_axis=along, block_size=16)
        add_microsoft(f"{name}.half", "GatherBlockQuantized", codes("d", (9, 32)), np.array(3), Const(random("s", (9, 2), np.float16, 0.01)), block_size=16)
    add_microsoft("beyond", "GatherBlockQuantized", Const(whole("d", (9, 32), np.uint8)), np.array([9, 0, -10]), Const(random("s", (9, 2), low=0.01)), bits=8, block_size=16)
    words = np.array([[3, 0, 8], [1, 1, 7]], np.int32)
    for dtype in (np.uint8, np.int8):
        tables = [Const(whole(name, (rows, 12), dtype)) for name, rows in (("w", 9), ("p", 5), ("g", 2))]
        norm = [Const(whole(name, (12,), dtype)) for name in ("a", "b")]
        scales = [Const(scale(value)) for value in (0.03, 0.02, 0.04, 0.01, 0.05)]
        zeros = [Const(np.array(value, dtype)) for value in (3, 5, 7, 2, 1)]
        mask, name = np.array([[1, 1, 0], [1, 0, 0]], np.int32), short(dtype)
        add_microsoft(name, "QEmbedLayerNormalization", words, words % 2, *tables, *norm, mask, *scales, *zeros, outputs=2, epsilon=1e-5)
        scales[2] = zeros[2] = None
        add_microsoft(f"{name}.plain", "QEmbedLayerNormalization", words, None, *tables[:2], None, *norm, None, *scales, *zeros, outputs=2)


# Writing. -------------------------------------------------------------------------------------------------------------


def build_model(case, feeds):
    """The model. Fills `feeds` with the inputs that are not initializers."""
    names, infos, initializers = [], [], []
    for index, value in enumerate(case.inputs):
        name = f"x{index}"
        names.append("" if value is None else name)
        if isinstance(value, Const):
            initializers.append(numpy_helper.from_array(value.array, name))
        elif value is not None:
            dims = [f"{name}_{axis}" for axis in range(value.ndim)] if case.dynamic else value.shape
            infos.append(helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), dims))
            feeds[name] = value
    outputs = [f"y{index}" for index in range(case.outputs)]
    specs = case.nodes or [(case.op, names, outputs, case.attributes)]
    nodes = [helper.make_node(op, ins, outs, name=f"{case.op}_{i}", domain=case.domain, **attrs) for i, (op, ins, outs, attrs) in enumerate(specs)]
    infos_out = [onnx.ValueInfoProto(name=name) for name in outputs]
    graph = helper.make_graph(nodes, case.name, infos, infos_out, initializers)
    opsets = [helper.make_opsetid("", case.opset)] + ([helper.make_opsetid(case.domain, 1)] if case.domain else [])
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def expected_outputs(model, feeds, by_reference):
    if by_reference:
        return ReferenceEvaluator(model).run(None, feeds)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return session.run(None, feeds)
    except Exception:  # no kernel for this type, or opset too new
        return ReferenceEvaluator(model).run(None, feeds)


def write_case(folder, case):
    feeds = {}
    model = onnx.shape_inference.infer_shapes(build_model(case, feeds))
    spelled = build_model(dataclasses.replace(case, nodes=case.meaning, domain=""), {}) if case.meaning else model
    outputs = expected_outputs(spelled, feeds, case.by_reference)
    names = [output.name for output in model.graph.output]
    for output, value in zip(model.graph.output, outputs):  # onnx knows nothing of operators of other domains
        output.type.tensor_type.elem_type = helper.np_dtype_to_tensor_dtype(np.asarray(value).dtype)
    target = os.path.join(folder, case.name)
    os.makedirs(target, exist_ok=True)
    onnx.save(model, os.path.join(target, "model.onnx"))
    arrays = {f"in:{name}": value for name, value in feeds.items()}
    arrays.update({f"out:{name}": np.asarray(value) for name, value in zip(names, outputs)})
    np.savez(os.path.join(target, "case0.npz"), **arrays)


def list_cases():
    """Fills CASES."""
    for family in (unary_cases, binary_cases, cast_cases, reduction_cases, matmul_cases, normalization_cases, shape_cases, movement_cases,
                   quantization_cases, integer_product_cases, microsoft_cases):
        family()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--only", default="*", help="cases whose name matches this pattern")
    parser.add_argument("--list", action="store_true", help="print the names")
    arguments = parser.parse_args()
    list_cases()
    assert len({case.name for case in CASES}) == len(CASES), "case names must be unique"
    for case in CASES:
        if not fnmatch.fnmatch(case.name, arguments.only):
            continue
        if arguments.list:
            print(case.name)
        else:
            write_case(arguments.folder, case)


if __name__ == "__main__":
    main()
