"""A query of attention has the same bits alone, among few and among many, though loops for these have other lanes.

usage: queries.py
"""

import json
import os
import sys
import tempfile

import numpy as np
from onnx import TensorProto, helper

import cases

DEPTHS = ((16, 24, np.float32), (33, 70, np.float32), (16, 20, np.float16))
KEYS = (1, 5, 63, 64, 65, 200)
QUERIES = 41
GROUPS = (1, 2, 3, 4, 17, QUERIES)


def attention(depth, width, element):
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(element))
    tensors = [("q", kind, ["h", "n", depth]), ("k", kind, ["h", depth, "m"]), ("v", kind, ["h", "m", width]),
               ("mask", kind, ["h", 1, "m"])]
    nodes = [helper.make_node("MatMul", ["q", "k"], ["s"]), helper.make_node("Add", ["s", "mask"], ["t"]),
             helper.make_node("Softmax", ["t"], ["p"], axis=-1), helper.make_node("MatMul", ["p", "v"], ["y"])]
    graph = helper.make_graph(nodes, "attention", [helper.make_tensor_value_info(*each) for each in tensors],
                              [helper.make_tensor_value_info("y", kind, ["h", "n", width])])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def feeds_of(depth, width, element, keys):
    random = np.random.default_rng(keys)
    shapes = {"q": (2, QUERIES, depth), "k": (2, depth, keys), "v": (2, keys, width)}
    feeds = {name: random.standard_normal(shape).astype(element) for name, shape in shapes.items()}
    hidden = random.random((2, 1, keys)) < 0.3
    return {**feeds, "mask": np.where(hidden, -np.inf, 0).astype(element)}


def in_groups(model, feeds, count):
    parts = [model({**feeds, "q": np.ascontiguousarray(feeds["q"][:, first:first + count])})["y"]
             for first in range(0, QUERIES, count)]
    return np.concatenate(parts, axis=1)


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        for number, (depth, width, element) in enumerate(DEPTHS):
            folder = os.path.join(scratch, str(number))
            cases.llmc.compile(attention(depth, width, element), folder, name="attention")
            with open(os.path.join(folder, "manifest.json")) as manifest:
                assert "attention" in [kernel["anchor"] for kernel in json.load(manifest)["kernels"]]
            for level in cases.cpu_levels():
                os.environ["LLMC_CPU"] = level
                model = cases.llmc.load(folder, threads=1)
                for keys in KEYS:
                    feeds = feeds_of(depth, width, element, keys)
                    whole = in_groups(model, feeds, QUERIES)
                    for count in GROUPS:
                        if in_groups(model, feeds, count).tobytes() != whole.tobytes():
                            failures += 1
                            print(f"{level}: {count} queries at a time, {keys} keys of {depth}: other bits")
    print(f"{failures} problems")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
