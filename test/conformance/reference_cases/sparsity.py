"""Matrices with zeros in blocks, where these are, and products that leave them out."""

import numpy as np

from .case import Case, numbers, tensor
from .movement import pack


def left_rows(importance, rows, kept, span):
    """Rows of the blocks that stay of one column of blocks."""
    blocks = np.array([importance[i : i + rows].sum() for i in range(0, len(importance), rows)])
    left = []
    for first in range(0, len(blocks), span):
        order = np.argsort(-blocks[first : first + span], kind="stable")[:kept]
        left += [row for block in sorted(order + first) for row in range(block * rows, min((block + 1) * rows, len(importance)))]
    return left


def fitted(column, moments, kept, span, rounds=4, steps=3, last_steps=6):
    """Single numbers of a column go in rounds; conjugate gradients move the others after each."""
    moments = moments + 0.01 * np.trace(moments) / len(column) * np.eye(len(column))
    own, found, before = np.diag(moments), column.copy(), span
    for turn in range(1, rounds + 1):
        count = kept if turn == rounds else int(span * (kept / span) ** (turn / rounds) + 0.5)
        if count == before and turn < rounds:
            continue
        before = count
        stays = np.zeros(len(column))
        for first in range(0, len(column), span):
            stays[first + np.array(left_rows((own * np.square(found))[first : first + span], 1, count, span))] = 1
        found *= stays
        rest = moments @ (column - found) * stays
        direction, length = rest / own, rest @ (rest / own)
        for _ in range(last_steps if turn == rounds else steps):
            image = moments @ direction * stays
            far = length / max(direction @ image, 1e-300)
            found, rest, old = found + far * direction, rest - far * image, length
            length = rest @ (rest / own)
            direction = rest / own + length / max(old, 1e-300) * direction
    return found


def sparsified(matrix, moments, rows, columns, kept, span):
    matrix, result = matrix.astype(np.float64), np.zeros(matrix.shape)
    if moments is not None and moments.any() and rows == columns == 1:
        return np.stack([fitted(column, moments, kept, span) for column in matrix.T], 1)
    weights = np.ones(len(matrix)) if moments is None else np.diag(moments)
    for first in range(0, matrix.shape[1], columns):
        strip = slice(first, first + columns)
        left = left_rows(weights * np.square(matrix[:, strip]).sum(1), rows, kept, span)
        some = matrix[left, strip]
        if moments is not None:
            damping = 0.01 * np.trace(moments) / len(matrix)
            some = np.linalg.solve(moments[np.ix_(left, left)] + damping * np.eye(len(left)), moments[left] @ matrix[:, strip] + damping * some)
        result[left, strip] = some
    return result


PATTERNS = [((1, 1), (1, 16, 1, 1)), ((9, 21), (1, 16, 3, 9)), ((30, 40), (4, 16, 2, 8)), ((17, 5), (2, 16, 4, 9)), ((64, 33), (1, 16, 16, 64)),
            ((10, 7), (1, 1, 2, 4)), ((12, 3), (1, 1, 5, 12)), ((33, 37), (1, 1, 9, 33)), ((1, 1), (1, 1, 1, 2)), ((13, 17), (1, 1, 7, 8))]  # fmt: skip


def sparsify_cases(random):
    for i, (shape, (rows, columns, kept, span)) in enumerate(PATTERNS):
        pattern = f"rows {rows} columns {columns} keep {kept} of {span}"
        for dtype in (np.float32, np.float16):
            w = numbers(random, shape, dtype)
            body = f"  %r = llmc.sparsify %0 {pattern} : {tensor(dtype, shape)} -> {tensor(dtype, shape)}"
            yield Case(f"sparsify_{i}_{np.dtype(dtype)}", [w], body, tensor(dtype, shape), sparsified(w, None, rows, columns, kept, span).astype(dtype),
                       dynamic=False)  # fmt: skip
        w, x = numbers(random, shape), numbers(random, (50, shape[0])) @ numbers(random, (shape[0], shape[0]))
        moments = (x.T @ x).astype(np.float32)
        body = (f"  %r = llmc.sparsify %0 moments %1 {pattern} : {tensor(w.dtype, shape)}, {tensor(w.dtype, moments.shape)} "
                f"-> {tensor(w.dtype, shape)}")  # fmt: skip
        expected = sparsified(w, moments.astype(np.float64), rows, columns, kept, span).astype(np.float32)
        yield Case(f"sparsify_moments_{i}", [w, moments], body, tensor(w.dtype, shape), expected, tolerance=50, dynamic=False)
        yield Case(f"sparsify_no_moments_{i}", [w, np.zeros_like(moments)], body, tensor(w.dtype, shape),
                   sparsified(w, None, rows, columns, kept, span).astype(np.float32), dynamic=False)  # fmt: skip
    w = np.array([[1], [np.nan], [3], [2]], np.float32)
    body = "  %r = llmc.sparsify %0 rows 1 columns 16 keep 2 of 4 : tensor<4x1xf32> -> tensor<4x1xf32>"
    yield Case("sparsify_nan", [w], body, "tensor<4x1xf32>", np.array([[0], [np.nan], [3], [0]], np.float32), dynamic=False)


def with_blocks(random, shape, group, count, dtype):
    """A matrix with at most so many blocks of rows in each panel, and their numbers."""
    rows, columns = shape
    blocks = -(-rows // group)
    numbers_, matrix = [], np.zeros(shape, dtype)
    for first in range(0, columns, 16):
        chosen = np.sort(random.permutation(blocks)[:count])
        numbers_.append(chosen)
        for block in chosen:
            part = matrix[block * group : (block + 1) * group, first : first + 16]
            part[:] = numbers(random, part.shape, dtype)
            part[0, 0] = 1
    return matrix, np.array(numbers_, np.int32)


BLOCKS = [((9, 21), 1, 4), ((62, 33), 4, 5), ((1, 1), 1, 1), ((7, 48), 4, 2), ((64, 16), 1, 64)]


def block_cases(random):
    for i, (shape, group, count) in enumerate(BLOCKS):
        for dtype in (np.int8,) if group == 4 else (np.float32, np.float16):
            matrix, blocks = with_blocks(random, shape, group, count, dtype)
            kind, values = tensor(dtype, shape), np.stack([panel[chosen] for panel, chosen in zip(pack(matrix, 16, group), blocks)])
            name = f"{i}_{np.dtype(dtype)}"
            find = f"  %r = llmc.find_blocks %0 panel 16 group {group} count {count} : {kind} -> {tensor(np.int32, blocks.shape)}"
            yield Case(f"find_blocks_{name}", [matrix], find, tensor(np.int32, blocks.shape), blocks, dynamic=False)
            body = (f"  %r = llmc.pack_blocks %0 at %1 panel 16 group {group} : {kind}, {tensor(np.int32, blocks.shape)} "
                    f"-> {tensor(dtype, values.shape)}")  # fmt: skip
            yield Case(f"pack_blocks_{name}", [matrix, blocks], body, tensor(dtype, values.shape), values, dynamic=False)
            for rows in (0, 1, 5):
                x = random.integers(0, 256, (rows, shape[0])).astype(np.uint8) if dtype == np.int8 else numbers(random, (rows, shape[0]), dtype)
                wide, result = (np.int64, np.int32) if dtype == np.int8 else (np.float64, dtype)
                expected = (x.astype(wide) @ matrix.astype(wide)).astype(result)
                body = (f"  %r = llmc.block_matmul %0, %1 at %2 columns {shape[1]} depth {shape[0]} : {tensor(x.dtype, x.shape)}, "
                        f"{tensor(dtype, values.shape)}, {tensor(np.int32, blocks.shape)} -> {tensor(result, expected.shape)}")  # fmt: skip
                yield Case(f"block_matmul_{name}_{rows}", [x, values, blocks], body, tensor(result, expected.shape), expected, tolerance=10,
                           dynamic=False)  # fmt: skip
    few = np.zeros((5, 3), np.float32)
    few[3, 1] = -1
    body = "  %r = llmc.find_blocks %0 panel 16 group 1 count 3 : tensor<5x3xf32> -> tensor<1x3xi32>"
    yield Case("find_blocks_of_zeros", [few], body, "tensor<1x3xi32>", np.array([[0, 1, 3]], np.int32), dynamic=False)
    yield Case("find_blocks_too_many", [np.ones((5, 3), np.float32)], body, "tensor<1x3xi32>", error="finds 5 blocks in panel 0 that are not zero, not 3",
               dynamic=False)  # fmt: skip
    body = "  %r = llmc.pack_blocks %0 at %1 panel 16 group 1 : tensor<5x3xf32>, tensor<1x2xi32> -> tensor<1x2x16x1xf32>"
    yield Case("pack_blocks_beyond", [few, np.array([[1, 5]], np.int32)], body, "tensor<1x2x16x1xf32>", error="has no block 5", dynamic=False)
    body = ("  %r = llmc.block_matmul %0, %1 at %2 columns 3 depth 5 : tensor<1x5xf32>, tensor<1x2x16x1xf32>, tensor<1x2xi32> "
            "-> tensor<1x3xf32>")  # fmt: skip
    for name, wrong in (("descend", [3, 1]), ("beyond", [1, 5]), ("negative", [-1, 1])):
        yield Case(f"block_matmul_{name}", [np.ones((1, 5), np.float32), np.ones((1, 2, 16, 1), np.float32), np.array([wrong], np.int32)], body,
                   "tensor<1x3xf32>", error="has blocks that do not ascend, or lie beyond the depth, in panel 0", dynamic=False)  # fmt: skip


def cases(random):
    yield from sparsify_cases(random)
    yield from block_cases(random)
