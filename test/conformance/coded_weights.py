#!/usr/bin/env python3
"""Weights that stay codes of a few bits change no bit of a result: products of dequantized weights as the default pipeline
compiles them, against the same without the pass that finds them, with few rows and many, at each CPU level. Their weights
take less room.

usage: coded_weights.py LLMC LLMC_OPT
"""

import os
import sys
import tempfile

import cases
import numpy as np
import onnx
import switched_off
from onnx import TensorProto, helper, numpy_helper

ROWS = (0, 1, 2, 7, 9, 33, 130)
GENERATOR = np.random.default_rng(3)


def scales(shape, dtype=np.float32):
    return GENERATOR.uniform(0.01, 0.1, shape).astype(dtype)


def codes(shape, dtype=np.uint8):
    info = np.iinfo(dtype)
    return GENERATOR.integers(info.min, info.max + 1, shape).astype(dtype)


def packed(array, dtype):
    """A tensor of 4 bits."""
    flat = array.ravel().astype(np.uint8) & 15
    flat = np.append(flat, np.zeros(flat.size % 2, np.uint8))
    return helper.make_tensor("", dtype, array.shape, (flat[::2] | flat[1::2] << 4).tobytes(), raw=True)


def model(nodes, depth, weights, element=TensorProto.FLOAT):
    tensors = []
    for name, weight in weights.items():
        tensor = weight if isinstance(weight, onnx.TensorProto) else numpy_helper.from_array(weight)
        tensor.name = name
        tensors.append(tensor)
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", element, ["n", depth])],
                              [helper.make_tensor_value_info("y", element, ["n", None])], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)], ir_version=10)


def nbits(bits, depth, block, columns, zeros=None, dtype=np.float32):
    blocks = -(-depth // block)
    weights = dict(w=codes((columns, blocks, block * bits // 8)), s=scales((columns, blocks), dtype))
    if zeros == "codes":
        weights["z"] = codes((columns, -(-blocks * bits // 8)))
    elif zeros:
        weights["z"] = GENERATOR.uniform(0, 15, (columns, blocks)).astype(dtype)
    node = helper.make_node("MatMulNBits", ["x", *weights], ["y"], domain="com.microsoft", K=depth, N=columns, bits=bits, block_size=block)
    return model([node], depth, weights, helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))


def blocked(depth, columns, block, dtype, with_zeros, turned=False):
    """DequantizeLinear in blocks along k, the product's rows or, turned, its columns."""
    blocks = -(-depth // block)
    turn = (lambda array: np.ascontiguousarray(array.T)) if turned else (lambda array: array)
    least, most = (-8, 8) if dtype == TensorProto.INT4 else (0, 16)
    weights = dict(w=packed(turn(GENERATOR.integers(least, most, (depth, columns))), dtype), s=turn(scales((blocks, columns))))
    if with_zeros:
        weights["z"] = packed(turn(GENERATOR.integers(least, most, (blocks, columns))), dtype)
    dequantize = helper.make_node("DequantizeLinear", list(weights), ["f"], axis=1 if turned else 0, block_size=block)
    product = helper.make_node("Gemm", ["x", "f"], ["y"], transB=1) if turned else helper.make_node("MatMul", ["x", "f"], ["y"])
    return model([dequantize, product], depth, weights)


def by_column(depth, columns, zero=None):
    weights = dict(w=codes((columns, depth), np.int8), s=scales(columns))
    if zero is not None:
        weights["z"] = np.full(columns, zero, np.int8)
    nodes = [helper.make_node("DequantizeLinear", list(weights), ["f"], axis=0), helper.make_node("Transpose", ["f"], ["t"], perm=[1, 0]),
             helper.make_node("MatMul", ["x", "t"], ["m"]), helper.make_node("Relu", ["m"], ["y"])]
    return model(nodes, depth, weights)


MODELS = {
    **{f"nbits_{bits}_{depth}": nbits(bits, depth, block, 75) for bits in (2, 4, 8) for depth, block in ((64, 16), (83, 32))},
    "nbits_zeros": nbits(4, 100, 32, 75, "codes"),
    "nbits_real_zeros": nbits(4, 64, 32, 75, "reals"),
    "nbits_f16": nbits(4, 96, 32, 75, dtype=np.float16),
    "int4": blocked(96, 75, 32, TensorProto.INT4, False),
    "int4_zeros": blocked(90, 75, 32, TensorProto.INT4, True),
    "uint4_turned": blocked(90, 75, 16, TensorProto.UINT4, True, turned=True),
    "uint4_plain": blocked(64, 75, 16, TensorProto.UINT4, False),
    "int8_columns": by_column(61, 75),
    "int8_columns_zero": by_column(64, 75, 3),
}


def outputs(llmc, path, level, scratch, *options):
    """Those of all numbers of rows, and the bytes of the weights."""
    folder = os.path.join(scratch, "out")
    message = cases.compile_model(llmc, path, folder, "--cpu", level, "--weights=file", *options)
    if message:
        raise RuntimeError(message)
    compiled = cases.llmc.load(folder, threads=2)
    x = compiled.inputs["x"]
    feeds = {rows: np.random.default_rng(rows).standard_normal((rows, x.dims[1])).astype(x.dtype) for rows in ROWS}
    weights = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.endswith(".weights"))
    return {rows: compiled({"x": x})["y"].copy() for rows, x in feeds.items()}, weights


def main():
    llmc, llmc_opt = sys.argv[1:]
    lines = [line for line in switched_off.default_pipeline(llmc_opt) if not line.startswith("llmc-find-coded-weights")]
    without = switched_off.joined(lines)
    failed = 0
    for name, proto in MODELS.items():
        for level in cases.cpu_levels():
            with tempfile.TemporaryDirectory() as scratch:
                path = os.path.join(scratch, "model.onnx")
                onnx.save(proto, path)
                got, small = outputs(llmc, path, level, scratch)
                want, large = outputs(llmc, path, level, scratch, f"--pipeline={without}")
            wrong = [rows for rows in ROWS if got[rows].tobytes() != want[rows].tobytes()]
            failed += bool(wrong) or small >= large
            print(f"{'FAIL' if wrong or small >= large else 'ok':5}{name} {level}: weights {small} and {large} bytes, other bits with rows {wrong}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
