"""Rounding to codes: each number by itself, or row after row with what was lost in the rows before, as GPTQ does it.

What is expected of the latter comes from the inverse of the moments, the interpreter works with the moments themselves."""

import numpy as np

from .case import Case, tensor


def bf16(values):
    bits = values.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def in_steps(numbers, scales):
    return numbers / np.where(scales == 0, 1, scales).astype(numbers.dtype)


def ranges(matrix, most, block, importance):
    """Scales and zeros of each block: of five ranges, the one with the least sum of weighted squares."""
    scales, zeros = [], []
    for first in range(0, len(matrix), block):
        rows, weights = matrix[first:first + block], importance[first:first + block, None]
        low, high = rows.min(0, initial=0), rows.max(0, initial=0)
        best = np.full(matrix.shape[1], np.inf)
        scale, zero = np.zeros_like(low), np.zeros_like(low)
        for share in np.float32((1, 0.95, 0.9, 0.85, 0.8)):
            s = bf16((high - low) * (share / np.float32(most)))
            z = np.clip(np.rint(np.float32(most / 2) - in_steps((low + high) * np.float32(0.5), s)), 0, most)
            error = (weights * np.square((np.clip(np.rint(in_steps(rows, s) + z), 0, most) - z) * s - rows)).sum(0)
            better = error < best
            scale, zero, best = np.where(better, s, scale), np.where(better, z, zero), np.where(better, error, best)
        scales.append(scale)
        zeros.append(zero)
    return np.array(scales, np.float32), np.array(zeros, np.float32)


def compensated(matrix, scales, zeros, most, moments):
    moments = moments.astype(np.float64)
    order = np.argsort(-np.diag(moments), kind="stable")
    moments = moments[np.ix_(order, order)] + 0.01 * np.diag(moments).mean() * np.eye(len(matrix))
    upper = np.linalg.cholesky(np.linalg.inv(moments)).T
    left = matrix[order].astype(np.float64)
    codes = np.empty(matrix.shape, np.uint8)
    for place, row in enumerate(order):
        code = np.clip(np.rint(in_steps(left[place], scales[row]) + zeros[row]), 0, most)
        codes[row] = code
        error = (left[place] - (code - zeros[row]) * scales[row].astype(np.float64)) / upper[place, place]
        left[place + 1:] -= np.outer(upper[place, place + 1:], error)
    return codes


def packed(codes, bits):
    per_byte = 8 // bits
    codes = np.pad(codes, ((0, -len(codes) % per_byte), (0, 0))).reshape(-1, per_byte, codes.shape[1])
    return np.bitwise_or.reduce(codes << (np.arange(per_byte, dtype=np.uint8) * bits)[:, None], axis=1)


def encode_cases(name, matrix, moments, bits, block):
    most = 2**bits - 1
    says = moments is not None and moments.any()
    importance = np.diag(moments) if says else np.ones(len(matrix), np.float32)
    scales, zeros = ranges(matrix, most, block, importance)
    wide = [np.repeat(part, block, axis=0)[:len(matrix)] for part in (scales, zeros)]
    if not says:
        codes = np.clip(np.rint(in_steps(matrix, wide[0]) + wide[1]), 0, most).astype(np.uint8)
    else:
        codes = compensated(matrix, *wide, most, moments)
    inputs = [matrix] if moments is None else [matrix, moments]
    results = [packed(codes, bits), scales, zeros.astype(np.uint8)]
    types = [tensor(results[0].dtype, results[0].shape), f"tensor<{scales.shape[0]}x{scales.shape[1]}xbf16>", tensor(np.uint8, zeros.shape)]
    words = "" if moments is None else " moments %1"
    sides = f"{', '.join(tensor(each.dtype, each.shape) for each in inputs)} -> {', '.join(types)}"
    for part, (names, expected) in {"codes": ("%r, %b, %c", results[0]), "scales": ("%a, %s, %c", scales), "zeros": ("%a, %b, %r", results[2])}.items():
        body = f"  {names} = llmc.encode %0{words} bits {bits} block {block} : {sides}"
        if part == "scales":
            wide_type = tensor(np.float32, scales.shape)
            body += f"\n  %r = llmc.map (%x = %s : {types[1]}) -> {wide_type} {{\n    %y = arith.extf %x : bf16 to f32\n    llmc.yield %y : f32\n  }}"
        result = tensor(expected.dtype, expected.shape)
        yield Case(f"encode_{name}_{part}", inputs, body, result, expected, dynamic=False)


def moments_of(random, samples, columns, dead=()):
    x = random.standard_normal((samples, columns)) @ (np.eye(columns) + random.standard_normal((columns, columns)) / 4)
    x *= np.exp(random.standard_normal(columns))
    x[:, list(dead)] = 0
    return (x.T @ x).astype(np.float32)


def cases(random):
    for rows, columns, bits, block in ((1, 1, 4, 32), (1, 5, 4, 1), (7, 3, 2, 4), (33, 40, 4, 32), (70, 32, 4, 32), (64, 33, 8, 16), (150, 5, 4, 150)):
        matrix = random.standard_normal((rows, columns)).astype(np.float32)
        matrix[:, columns // 2] = 0 if columns > 1 else 2
        name = f"{rows}_{columns}_{bits}"
        yield from encode_cases(f"plain_{name}", matrix, None, bits, block)
        yield from encode_cases(f"many_{name}", matrix, moments_of(random, 4 * rows, rows), bits, block)
        yield from encode_cases(f"one_sample_{name}", matrix, moments_of(random, 1, rows), bits, block)
        yield from encode_cases(f"dead_{name}", matrix, moments_of(random, 2 * rows, rows, range(0, rows, 3)), bits, block)
        yield from encode_cases(f"nothing_{name}", matrix, np.zeros((rows, rows), np.float32), bits, block)
