"""Movement: transposes, slices, pads, packing, gathers."""

import itertools

import numpy as np

from . import onnx_model
from .case import Case, numbers, tensor, unknown

DTYPES = (np.int8, np.float16, np.float32, np.int64)


def single(name, inputs, operation, expected, **options):
    """A case of one operation whose result has unknown sizes. `operation` is the text before the types."""
    types = ", ".join(unknown(value) for value in inputs)
    result = unknown(expected) if isinstance(expected, np.ndarray) else expected
    body = f"  %r = llmc.{operation} : {types} -> {result}"
    return Case(name, inputs, body, result, expected if isinstance(expected, np.ndarray) else None, **options)


def transpose_cases(random):
    shapes = [(), (0, 2), (1, 5, 1), (3, 4), (65, 130), (2, 3, 4), (2, 33, 17, 5), (3, 1, 2, 2, 4)]
    for i, shape in enumerate(shapes):
        for j, perm in enumerate(itertools.permutations(range(len(shape)))):
            x = numbers(random, shape, DTYPES[(i + j) % 4])
            yield single(f"transpose_{i}_{j}", [x], f"transpose %0 perm {list(perm)}", np.transpose(x, perm).copy())


def slice_cases(random):
    for i in range(60):
        rank = random.integers(0, 4)
        shape = tuple(int(n) for n in random.integers(0, 7, rank))
        x = numbers(random, shape, DTYPES[i % 4])
        offsets, sizes, steps, key = [], [], [], []
        for n in shape:
            step = int(random.choice([-3, -2, -1, 1, 2, 3]))
            first = int(random.integers(0, max(n, 1)))
            room = (n - first + step - 1) // step if step > 0 else first // -step + 1
            size = int(random.integers(0, room + 1)) if n else 0
            offsets.append(first), sizes.append(size), steps.append(step)
            key.append([first + k * step for k in range(size)])
        expected = x
        for axis, picked in enumerate(key):
            expected = np.take(expected, np.array(picked, np.int64), axis)
        body = f"  %r = llmc.slice %0 {offsets} {sizes} {steps} : {unknown(x)} -> {tensor(x.dtype, sizes)}"
        yield Case(f"slice_{i}", [x], body, tensor(x.dtype, sizes), expected)
    x = numbers(random, (4, 5))
    body = "  %r = llmc.slice %0 [0, 3] [4, 3] [1, 1] : tensor<?x?xf32> -> tensor<4x3xf32>"
    yield Case("slice_outside", [x], body, "tensor<4x3xf32>", error="leaves the input at axis 1")


def pad_cases(random):
    for i, (shape, low, high) in enumerate([((), [], []), ((3,), [0], [0]), ((0, 2), [1, 0], [2, 3]),
                                            ((2, 3, 4), [1, 2, 0], [0, 1, 3]), ((1, 1), [5, 0], [0, 5])]):  # fmt: skip
        for dtype in DTYPES:
            x, value = numbers(random, shape, dtype), numbers(random, (), dtype)
            expected = np.pad(x, list(zip(low, high)), constant_values=value) if shape else x
            result = tensor(dtype, expected.shape, True)
            body = f"  %r = llmc.pad %0, %1 low {low} high {high} : {unknown(x)}, {unknown(value)} -> {result}"
            yield Case(f"pad_{i}_{np.dtype(dtype)}", [x, value], body, result, expected)


def pack(x, panel, group):
    *batch, rows, columns = x.shape
    panels, groups = -(-columns // panel), -(-rows // group)
    wide = np.zeros((*batch, groups * group, panels * panel), x.dtype)
    wide[..., :rows, :columns] = x
    split = wide.reshape(*batch, groups, group, panels, panel)
    n = len(batch)
    return split.transpose(*range(n), n + 2, n, n + 3, n + 1).copy()


def pack_cases(random):
    shapes = [(1, 1), (4, 16), (5, 17), (7, 33), (0, 16), (3, 0), (2, 9, 31), (64, 64)]
    for i, (shape, (panel, group), dtype) in enumerate(
        itertools.product(shapes, [(16, 1), (16, 2), (16, 4), (3, 5), (1, 1)], (np.float32, np.int8, np.float16))
    ):
        x = numbers(random, shape, dtype)
        expected = pack(x, panel, group)
        result = tensor(dtype, expected.shape[:-2] + (panel, group))
        body = f"  %r = llmc.pack %0 panel {panel} group {group} : {tensor(dtype, shape)} -> {result}"
        yield Case(f"pack_{i}", [x], body, result, expected, dynamic=False)


def reshape_cases(random):
    x, one = numbers(random, (2, 3, 4)), numbers(random, (1, 1))

    def reshape(name, value, sizes, **options):
        result = tensor(value.dtype, sizes)
        body = f"  %r = llmc.reshape %0 to {list(sizes)} : {unknown(value)} -> {result}"
        expected = None if "error" in options else value.reshape(sizes)
        return Case(name, [value], body, result, expected, **options)

    yield reshape("reshape_matrix", x, (4, 6))
    yield reshape("reshape_scalar", one, ())
    yield reshape("reshape_empty", np.zeros((0, 3), np.int8), (5, 0))
    yield reshape("reshape_mismatch", x, (5, 5), error="numbers of elements differ: 24 and 25")


def expand_cases(random):
    for i, (shape, wide) in enumerate([((), (2, 3)), ((1,), (0,)), ((3, 1), (2, 3, 4)), ((1, 5), (4, 5)), ((2, 1, 3), (2, 7, 3))]):
        for dtype in DTYPES:
            x = numbers(random, shape, dtype)
            result = tensor(dtype, wide)
            body = f"  %r = llmc.expand %0 to {list(wide)} : {unknown(x)} -> {result}"
            yield Case(f"expand_{i}_{np.dtype(dtype)}", [x], body, result, np.broadcast_to(x, wide).copy())
    body = "  %r = llmc.expand %0 to [4] : tensor<?xf32> -> tensor<4xf32>"
    yield Case("expand_mismatch", [numbers(random, (3,))], body, "tensor<4xf32>", error="expand")


def concat_cases(random):
    for i, (shapes, axis) in enumerate([([(2, 3)], 0), ([(2, 3), (4, 3)], 0), ([(2, 3), (2, 0), (2, 5)], 1),
                                        ([(2, 1, 4), (2, 3, 4), (2, 2, 4)], 1), ([(0, 2), (0, 2)], 0)]):  # fmt: skip
        inputs = [numbers(random, shape, DTYPES[i % 4]) for shape in shapes]
        names = ", ".join(f"%{k}" for k in range(len(inputs)))
        yield single(f"concat_{i}", inputs, f"concat {names} axis {axis}", np.concatenate(inputs, axis))
    inputs = [numbers(random, (2, 3)), numbers(random, (3, 3))]
    yield single("concat_mismatch", inputs, "concat %0, %1 axis 1", "tensor<?x?xf32>", error="sizes of operands differ: 2 and 3")


def gather_cases(random):
    for i, (shape, indices, axis) in enumerate([((5,), (), 0), ((5, 3), (2, 4), 0), ((2, 5, 3), (4,), 1), ((2, 3, 7), (1, 0), 2),
                                                ((4, 1), (3, 1, 2), 1), ((0, 3), (2,), 1)]):  # fmt: skip
        data, n = numbers(random, shape, DTYPES[i % 4]), shape[axis]
        picked = random.integers(-n, n, indices).astype([np.int64, np.int32][i % 2])
        expected = onnx_model.run("Gather", [data, picked], axis=axis)
        yield single(f"gather_{i}", [data, picked], f"gather %0, %1 axis {axis}", expected)
    inputs = [numbers(random, (5, 2)), np.array([0, 5], np.int64)]
    yield single("gather_outside", inputs, "gather %0, %1 axis 0", "tensor<?x?xf32>",
                 error="index 5 lies outside axis 0 of size 5")  # fmt: skip
    for i, (shape, lead, depth, batch) in enumerate([((4, 5), (3,), 1, 0), ((4, 5), (3, 2), 2, 0), ((2, 4, 5), (2, 3), 1, 1),
                                                     ((2, 3, 4, 5), (2, 3, 6), 2, 2), ((4, 5), (0,), 1, 0)]):  # fmt: skip
        data = numbers(random, shape, DTYPES[i % 4])
        columns = [random.integers(-shape[batch + k], shape[batch + k], lead) for k in range(depth)]
        picked = np.stack(columns, -1).astype(np.int64)
        expected = onnx_model.run("GatherND", [data, picked], batch_dims=batch)
        tuples = "tensor<" + "?x" * len(lead) + f"{depth}xi64>"
        body = (f"  %c = tensor.cast %1 : {unknown(picked)} to {tuples}\n"
                f"  %r = llmc.gather_nd %0, %c batch_dims {batch} : {unknown(data)}, {tuples} -> {unknown(expected)}")  # fmt: skip
        yield Case(f"gather_nd_{i}", [data, picked], body, unknown(expected), expected)


def cases(random):
    for family in (transpose_cases, slice_cases, pad_cases, pack_cases, reshape_cases, expand_cases, concat_cases, gather_cases):
        yield from family(random)
    yield Case("iota", [numbers(random, (7,))],
               "  %z = arith.constant 0 : index\n  %n = tensor.dim %0, %z : tensor<?xf32>\n"
               "  %r = llmc.iota [%n] : tensor<?xi64>", "tensor<?xi64>", np.arange(7))  # fmt: skip
