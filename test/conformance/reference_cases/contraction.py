"""Products of matrices, convolutions and the windows that they see."""

import numpy as np

from . import onnx_model
from .case import Case, numbers, tensor, unknown
from .movement import pack


def matmul_cases(random):
    shapes = [((1, 1), (1, 1)), ((3, 5), (5, 7)), ((130, 33), (33, 35)), ((0, 4), (4, 3)), ((2, 0), (0, 3)), ((4, 3), (3, 0)),
              ((2, 3, 4), (4, 5)), ((2, 1, 3, 4), (5, 4, 6)), ((3, 4), (2, 4, 1)), ((0, 3, 4), (1, 4, 2))]  # fmt: skip
    for i, (left, right) in enumerate(shapes):
        for dtype in (np.float16, np.float32, np.float64, np.int8, np.int32, np.int64):
            a, b = numbers(random, left, dtype), numbers(random, right, dtype)
            wide = np.float64 if a.dtype.kind == "f" else np.int64
            expected = np.matmul(a.astype(wide), b.astype(wide)).astype(np.int32 if dtype == np.int8 else dtype)
            result = unknown(expected)
            body = f"  %r = llmc.matmul %0, %1 : {unknown(a)}, {unknown(b)} -> {result}"
            yield Case(f"matmul_{i}_{np.dtype(dtype)}", [a, b], body, result, expected, tolerance=10)
    a, b = numbers(random, (3, 4)), numbers(random, (5, 4))
    yield Case("matmul_mismatch", [a, b], "  %r = llmc.matmul %0, %1 : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>",
               "tensor<?x?xf32>", error="contracted sizes differ: 4 and 5")  # fmt: skip


def packed_cases(random):
    for i, (left, columns, panel) in enumerate([((3, 5), 17, 16), ((2, 3, 4), 16, 16), ((1, 1), 1, 16), ((0, 4), 3, 2), ((7,), 9, 4)]):
        for dtype in (np.float32, np.float16, np.int8):
            a, b = numbers(random, left, dtype), numbers(random, (left[-1], columns), dtype)
            panels = pack(b, panel, 1)
            wide = np.float64 if a.dtype.kind == "f" else np.int64
            expected = (a.astype(wide) @ b.astype(wide)).astype(np.int32 if dtype == np.int8 else dtype)
            result = tensor(expected.dtype, expected.shape)
            body = (f"  %r = llmc.packed_matmul %0, %1 columns {columns} : {tensor(dtype, left)}, "
                    f"{tensor(dtype, panels.shape)} -> {result}")  # fmt: skip
            yield Case(f"packed_matmul_{i}_{np.dtype(dtype)}", [a, panels], body, result, expected, tolerance=10, dynamic=False)


CONVOLUTIONS = [  # input, filter, strides, dilations, low, high, groups
    ((1, 1, 5), (1, 1, 3), [1], [1], [0], [0], 1),
    ((2, 3, 9), (4, 3, 3), [2], [1], [1], [2], 1),
    ((1, 4, 7, 6), (6, 2, 3, 2), [1, 2], [2, 1], [1, 0], [2, 1], 2),
    ((2, 3, 16, 16), (5, 3, 8, 8), [8, 8], [1, 1], [0, 0], [0, 0], 1),
    ((1, 4, 6, 1), (4, 1, 3, 1), [1, 1], [1, 1], [1, 0], [1, 0], 4),
    ((1, 2, 4, 3, 5), (3, 2, 2, 2, 2), [1, 1, 2], [1, 1, 1], [0, 1, 0], [1, 0, 1], 1),
    ((0, 2, 5), (3, 2, 2), [1], [1], [0], [0], 1),
]


def conv_cases(random):
    for i, (shape, window, strides, dilations, low, high, groups) in enumerate(CONVOLUTIONS):
        x, w = numbers(random, shape), numbers(random, window)
        attributes = f"strides {strides} dilations {dilations} pad {low} {high}"
        if 0 in shape:
            expected = np.zeros((0, window[0], shape[2] - window[2] + 1), np.float32)
        else:
            expected = onnx_model.run("Conv", [x, w], strides=strides, dilations=dilations, pads=low + high, group=groups)
        result = unknown(expected)
        body = f"  %r = llmc.conv %0, %1 {attributes} groups {groups} : {unknown(x)}, {unknown(w)} -> {result}"
        yield Case(f"conv_{i}", [x, w], body, result, expected, tolerance=10)
        if groups == 1:
            yield unfold_case(f"unfold_{i}", x, w, attributes, expected)


def unfold_case(name, x, w, attributes, convolved):
    """A convolution is the product of its windows with the filters."""
    places = "?x" * (x.ndim - 2)
    columns, filters = int(np.prod(w.shape[1:])), w.shape[0]
    flat = np.ascontiguousarray(w.reshape(filters, columns).T)
    expected = np.ascontiguousarray(np.moveaxis(convolved, 1, -1))
    rows, result = f"tensor<?x{places}{columns}xf32>", f"tensor<?x{places}?xf32>"
    body = (
        f"  %c = tensor.cast %0 : {unknown(x)} to tensor<?x{x.shape[1]}x{places}f32>\n"
        f"  %u = llmc.unfold %c window {list(w.shape[2:])} {attributes} : tensor<?x{x.shape[1]}x{places}f32> -> {rows}\n"
        f"  %r = llmc.matmul %u, %1 : {rows}, {unknown(flat)} -> {result}"
    )
    return Case(name, [x, flat], body, result, expected, tolerance=10)


def cases(random):
    yield from matmul_cases(random)
    yield from packed_cases(random)
    yield from conv_cases(random)
