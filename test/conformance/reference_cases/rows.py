"""Reductions, softmax and norms."""

import numpy as np

from . import onnx_model
from .case import MLIR, Case, numbers, unknown

SHAPES = [((5,), 0), ((3, 4), 1), ((3, 4), 0), ((2, 3, 5), 1), ((1, 1, 1), 2), ((0, 4), 1), ((600, 3), 1), ((3, 600), 1), ((2, 300, 3), 1)]


def reduce_case(name, x, axes, init, line, out_type, expected, **options):
    result = "tensor<" + "x".join(["?"] * x.ndim + [out_type]) + ">"
    element = MLIR[x.dtype]
    body = (f"  %r = llmc.reduce %0 axes {list(axes)} init {init} : {out_type} : {unknown(x)} -> {result} {{\n"
            f"  ^bb0(%a: {out_type}, %b: {element}):\n    {line}\n    llmc.yield %s : {out_type}\n  }}")  # fmt: skip
    return Case(name, [x], body, result, expected, **options)


def reduce_cases(random):
    for i, (shape, axes) in enumerate([((), ()), ((7,), (0,)), ((3, 5), ()), ((3, 5), (0,)), ((3, 5), (1,)), ((3, 5), (0, 1)),
                                       ((2, 3, 4, 5), (1, 3)), ((2, 3, 4, 5), (0, 2)), ((0, 3), (0,)), ((3, 0), (0,)), ((1, 1), (0, 1)),
                                       ((300, 7), (0,)), ((7, 300), (1,)), ((1000, 3), (1,))]):  # fmt: skip
        for dtype in (np.float16, np.float32, np.float64):
            x, t = numbers(random, shape, dtype), MLIR[np.dtype(dtype)]
            expected = (x.astype(np.float64).sum(axes, keepdims=True) + 1.5).astype(dtype)
            line = f"%s = arith.addf %a, %b : {t}"
            yield reduce_case(f"sum_{i}_{t}", x, axes, "1.5", line, t, expected, tolerance=4)
        x = numbers(random, shape, np.int8)
        expected = x.astype(np.int32).sum(axes, keepdims=True).astype(np.int32)
        line = "%w = arith.extsi %b : i8 to i32\n    %s = arith.addi %a, %w : i32"
        yield reduce_case(f"sum_{i}_i8", x, axes, "0", line, "i32", expected)
        line = "%s = arith.maxsi %a, %b : i8"
        yield reduce_case(f"max_{i}_i8", x, axes, "-128", line, "i8", np.max(x, axes, keepdims=True, initial=-128))


def arg_cases(random):
    for i, (shape, axis) in enumerate(SHAPES):
        for dtype in (np.float32, np.int8, np.int64):
            x = numbers(random, shape, dtype)
            if dtype == np.int8:
                x //= 40  # ties
            for smallest in (False, True):
                for last in (False, True):
                    y = np.flip(x, axis) if last else x
                    picked = (np.argmin if smallest else np.argmax)(y, axis, keepdims=True)
                    picked = shape[axis] - 1 - picked if last else picked
                    words = " smallest" * smallest + " last" * last
                    body = f"  %r = llmc.arg_reduce %0 axis {axis}{words} : {unknown(x)} -> {unknown(picked)}"
                    name = f"arg_{i}_{np.dtype(dtype)}_{int(smallest)}{int(last)}"
                    yield Case(name, [x], body, unknown(picked), picked.astype(np.int64))


def largest_cases(random):
    for size, count in ((0, 0), (1, 0), (1, 1), (7, 3), (300, 299), (300, 17)):
        for dtype in (np.float16, np.float32, np.float64):
            x = numbers(random, (size,), dtype)
            x[: size // 2] = np.round(x[: size // 2])  # ties
            if size > 7:
                x[5::50] = np.nan
            ranks = np.argsort(np.where(np.isnan(x), -np.inf, -x), kind="stable")
            result = f"tensor<{count}xi64>"
            body = f"  %r = llmc.largest %0 count {count} : {unknown(x)} -> {result}"
            yield Case(f"largest_{size}_{count}_{np.dtype(dtype)}", [x], body, result, np.sort(ranks[:count]))


def running_sum_cases(random):
    for i, (shape, axis) in enumerate(SHAPES + [((3, 0), 1)]):
        for dtype in (np.float16, np.float32, np.float64, np.int8, np.int64):
            x = numbers(random, shape, dtype)
            wide = np.float64 if x.dtype.kind == "f" else np.int64
            for exclusive in (False, True):
                for reverse in (False, True):
                    y = np.flip(x, axis) if reverse else x
                    sums = np.cumsum(y.astype(wide), axis) - (y if exclusive else 0)
                    expected = (np.flip(sums, axis) if reverse else sums).astype(dtype)
                    words = " exclusive" * exclusive + " reverse" * reverse
                    body = f"  %r = llmc.running_sum %0 axis {axis}{words} : {unknown(x)} -> {unknown(x)}"
                    name = f"running_sum_{i}_{np.dtype(dtype)}_{int(exclusive)}{int(reverse)}"
                    yield Case(name, [x], body, unknown(x), expected, tolerance=10)


def softmax_cases(random):
    for i, (shape, axis) in enumerate(SHAPES):
        x = numbers(random, shape) * np.float32(5)
        expected = onnx_model.run("Softmax", [x], axis=axis) if x.size else x
        body = f"  %r = llmc.softmax %0 axis {axis} : {unknown(x)} -> {unknown(x)}"
        yield Case(f"softmax_{i}", [x], body, unknown(x), expected, tolerance=4)
    x = np.array([[-np.inf, 0, 1], [-np.inf] * 3], np.float32)
    expected = np.array([[0, 1 / (1 + np.e), np.e / (1 + np.e)], [np.nan] * 3], np.float32)
    body = f"  %r = llmc.softmax %0 axis 1 : {unknown(x)} -> {unknown(x)}"
    yield Case("softmax_infinite", [x], body, unknown(x), expected)


def norm_cases(random):
    for i, (shape, axis) in enumerate([((3, 8), 1), ((2, 3, 8), 2), ((2, 3, 8), 1), ((1, 1), 0), ((4, 1), 1), ((0, 4), 1)]):
        x, scale, bias = numbers(random, shape), numbers(random, shape[axis:]), numbers(random, shape[axis:])
        if x.size:
            expected = onnx_model.run("LayerNormalization", [x, scale, bias], axis=axis, epsilon=1e-5)
        else:
            expected = x
        types = f"{unknown(x)} scale {unknown(scale)} bias {unknown(bias)} -> {unknown(x)}"
        body = f"  %r = llmc.norm layer %0 scale %1 bias %2 axis {axis} epsilon 1.0e-5 : {types}"
        yield Case(f"norm_layer_{i}", [x, scale, bias], body, unknown(x), expected, tolerance=100)
        wide = x.astype(np.float64)
        axes = tuple(range(axis, x.ndim))
        with np.errstate(all="ignore"):
            root = np.sqrt((wide**2).mean(axes, keepdims=True) + 1e-6) if x.size else 1
        body = f"  %r = llmc.norm rms %0 scale %1 axis {axis} epsilon 1.0e-6 : {unknown(x)} scale {unknown(scale)} -> {unknown(x)}"
        yield Case(f"norm_rms_{i}", [x, scale], body, unknown(x), (wide / root * scale).astype(np.float32))
        body = f"  %r = llmc.norm rms %0 axis {axis} epsilon 1.0e-6 : {unknown(x)} -> {unknown(x)}"
        yield Case(f"norm_plain_{i}", [x], body, unknown(x), (wide / root).astype(np.float32))


def cases(random):
    yield from reduce_cases(random)
    yield from arg_cases(random)
    yield from running_sum_cases(random)
    yield from softmax_cases(random)
    yield from norm_cases(random)
    yield from largest_cases(random)
