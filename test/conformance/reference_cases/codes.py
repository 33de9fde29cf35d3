"""Rounding to codes: each number by itself, or row after row with what was lost in the rows before, as GPTQ does it. And
what both sides of a product of bytes bear of it.

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


def compensated(matrix, scales, zeros, least, most, moments):
    moments = moments.astype(np.float64)
    order = np.argsort(-np.diag(moments), kind="stable")
    moments = moments[np.ix_(order, order)] + 0.01 * np.diag(moments).mean() * np.eye(len(matrix))
    upper = np.linalg.cholesky(np.linalg.inv(moments)).T
    left = matrix[order].astype(np.float64)
    codes = np.empty(matrix.shape, np.int16)
    for place, row in enumerate(order):
        code = np.clip(np.rint(in_steps(left[place], scales[row]) + zeros[row]), least, most)
        codes[row] = code
        error = (left[place] - (code - zeros[row]) * scales[row].astype(np.float64)) / upper[place, place]
        left[place + 1:] -= np.outer(upper[place, place + 1:], error)
    return codes


def packed(codes, bits):
    per_byte = 8 // bits
    codes = np.pad(codes, ((0, -len(codes) % per_byte), (0, 0))).reshape(-1, per_byte, codes.shape[1])
    return np.bitwise_or.reduce(codes << (np.arange(per_byte, dtype=np.uint8) * bits)[:, None], axis=1)


def symmetric_ranges(matrix, most, block):
    """Scales of each block; zeros are 0."""
    scales = np.array([np.abs(matrix[first:first + block]).max(0) * (np.float32(1) / np.float32(most))
                       for first in range(0, len(matrix), block)], np.float32)
    return scales, np.zeros_like(scales)


def encode_cases(name, matrix, moments, bits, block, symmetric=False):
    least, most = (1 - 2**(bits - 1), 2**(bits - 1) - 1) if symmetric else (0, 2**bits - 1)
    says = moments is not None and moments.any()
    importance = np.diag(moments) if says else np.ones(len(matrix), np.float32)
    scales, zeros = symmetric_ranges(matrix, most, block) if symmetric else ranges(matrix, most, block, importance)
    wide = [np.repeat(part, block, axis=0)[:len(matrix)] for part in (scales, zeros)]
    if not says:
        codes = np.clip(np.rint(in_steps(matrix, wide[0]) + wide[1]), least, most)
    else:
        codes = compensated(matrix, *wide, least, most, moments)
    codes = codes.astype(np.int16).astype(np.uint8)
    inputs = [matrix] if moments is None else [matrix, moments]
    results = [packed(codes, bits), scales, zeros.astype(np.uint8)]
    types = [tensor(results[0].dtype, results[0].shape), tensor(np.float32, scales.shape) if symmetric else f"tensor<{scales.shape[0]}x{scales.shape[1]}xbf16>",
             tensor(np.uint8, zeros.shape)]
    words, kind = "" if moments is None else " moments %1", " symmetric" if symmetric else ""
    sides = f"{', '.join(tensor(each.dtype, each.shape) for each in inputs)} -> {', '.join(types)}"
    for part, (names, expected) in {"codes": ("%r, %b, %c", results[0]), "scales": ("%a, %s, %c", scales), "zeros": ("%a, %b, %r", results[2])}.items():
        body = f"  {names} = llmc.encode %0{words} bits {bits} block {block}{kind} : {sides}"
        if part == "scales" and symmetric:
            body = body.replace("%s", "%r")
        elif part == "scales":
            wide_type = tensor(np.float32, scales.shape)
            body += f"\n  %r = llmc.map (%x = %s : {types[1]}) -> {wide_type} {{\n    %y = arith.extf %x : bf16 to f32\n    llmc.yield %y : f32\n  }}"
        result = tensor(expected.dtype, expected.shape)
        yield Case(f"encode_{name}_{part}", inputs, body, result, expected, dynamic=False)


def balance(extents, matrices):
    """Centers and steps of columns: of six mixtures, the one whose rounding is expected to change products least."""
    least, greatest, count, _, deviation = extents.astype(np.float64)
    variance = deviation / np.maximum(count, 1)
    joined = np.concatenate(matrices, axis=1).astype(np.float64)
    reach, largest = (np.maximum(sizes, 1e-5 * sizes.max()) if sizes.max() > 0 else np.ones_like(sizes)
                      for sizes in ((greatest - least) / 2 * (1 + 1 / np.sqrt(np.maximum(count, 1))), np.abs(joined).max(1)))
    best = np.inf
    for share in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5):
        tried = reach**share * largest**(share - 1)
        tried *= (reach / tried).max() / 127
        columns = np.abs(joined * tried[:, None]).max(0) / 127
        error = (tried**2 * (joined**2).sum(1)).sum() + (columns**2).sum() * (variance / tried**2).sum()
        if error < best:
            best, steps = error, tried
    return [part.astype(np.float32) for part in ((least + greatest) / 2, steps)]


def balance_cases(name, extents, matrices):
    vector = tensor(np.float32, (extents.shape[1],))
    types = ", ".join(tensor(np.float32, matrix.shape) for matrix in matrices)
    operands = ", ".join(f"%{i + 1}" for i in range(len(matrices)))
    for part, (names, expected) in zip(("centers", "steps"), zip(("%r, %s", "%c, %r"), balance(extents, matrices))):
        body = f"  {names} = llmc.balance %0 for {operands} : {tensor(np.float32, extents.shape)} for {types} -> {vector}"
        yield Case(f"balance_{name}_{part}", [extents, *matrices], body, vector, expected, dynamic=False)


def extents_of(rows):
    rows = rows.astype(np.float64)
    parts = [rows.min(0), rows.max(0), np.full(rows.shape[1], len(rows)), rows.mean(0), np.square(rows - rows.mean(0)).sum(0)]
    return np.array(parts, np.float32)


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
    for rows, columns, block in ((1, 1, 1), (33, 40, 33), (70, 9, 32)):
        matrix = random.standard_normal((rows, columns)).astype(np.float32)
        matrix[:, columns // 2] = 0 if columns > 1 else 2
        yield from encode_cases(f"signs_{rows}_{columns}", matrix, None, 8, block, symmetric=True)
        yield from encode_cases(f"signs_many_{rows}_{columns}", matrix, moments_of(random, 4 * rows, rows), 8, block, symmetric=True)
    for columns, widths in ((1, (1,)), (40, (33,)), (70, (16, 5, 1))):
        matrices = [random.standard_normal((columns, width)).astype(np.float32) for width in widths]
        rows = (random.standard_normal((50, columns)) * np.exp(2 * random.standard_normal(columns)) + 3).astype(np.float32)
        yield from balance_cases(f"{columns}", extents_of(rows), matrices)
        rows[:, columns // 2] = 4
        matrices = [np.where(np.arange(columns)[:, None] == columns // 3, np.float32(0), each) for each in matrices]
        yield from balance_cases(f"alike_{columns}", extents_of(rows), matrices)
        yield from balance_cases(f"zeros_{columns}", extents_of(np.zeros_like(rows)), [np.zeros_like(each) for each in matrices])
