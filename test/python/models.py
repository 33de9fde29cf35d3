"""Models for the tests of the Python package, compiled once a process."""

import functools
import tempfile
from pathlib import Path

import llmc
import numpy as np
import onnx
from onnx import TensorProto, helper

ROOT = Path(__file__).resolve().parents[2]
SCRATCH = tempfile.TemporaryDirectory(prefix="llmc-python-")


def scratch(name):
    """A folder that ends with the process."""
    return Path(SCRATCH.name) / name


def read_case(model, case="case0"):
    """Inputs and wanted outputs."""
    arrays = np.load(ROOT / "test/models" / model / f"{case}.npz")
    return tuple({name[len(side):]: arrays[name] for name in arrays.files if name.startswith(side)}
                 for side in ("in:", "out:"))


@functools.lru_cache(maxsize=None)
def stored(model):
    """A model of test/models, loaded."""
    return llmc.compile(ROOT / "test/models" / model / "model.onnx", scratch(model), cpu="native").load()


def onnx_model(nodes, inputs, outputs, weights=(), domains=()):
    """`inputs` and `outputs`: name, element type, dims. `domains`: of operators besides ONNX's."""
    sides = [[helper.make_tensor_value_info(*tensor) for tensor in side] for side in (inputs, outputs)]
    initializers = [onnx.numpy_helper.from_array(array, name) for name, array in weights]
    return helper.make_model(helper.make_graph(nodes, "graph", *sides, initializers),
                             opset_imports=[helper.make_opsetid("", 17), *(helper.make_opsetid(domain, 1) for domain in domains)])


def build(name, *parts, **options):
    return llmc.compile(onnx_model(*parts), scratch(name), name=name, cpu="native", **options).load(threads=1)


@functools.lru_cache(maxsize=None)
def scale():
    """y = x + x, n elements of float32."""
    return build("scale", [helper.make_node("Add", ["x", "x"], ["y"])], [("x", TensorProto.FLOAT, ["n"])],
                 [("y", TensorProto.FLOAT, ["n"])])


@functools.lru_cache(maxsize=None)
def slow():
    """Takes seconds at n = 16384: products with a square matrix, one after the other."""
    size, layers = 1024, 12
    nodes = [helper.make_node("MatMul", [f"h{i}" if i else "x", "w"], [f"h{i + 1}" if i + 1 < layers else "y"])
             for i in range(layers)]
    weight = np.eye(size, dtype=np.float32)
    return build("slow", nodes, [("x", TensorProto.FLOAT, ["n", size])], [("y", TensorProto.FLOAT, ["n", size])],
                 [("w", weight)])


class Decoder:
    """A decoder with a cache, driven as applications drive one. Keys lie transposed, [batch, heads, depth, past], heads of
    values are shared by two of queries, and nothing is named as exporters do."""

    WORDS, HEADS, DEPTH = 24, 2, 8

    @staticmethod
    def onnx():
        words, heads, depth = Decoder.WORDS, Decoder.HEADS, Decoder.DEPTH
        random = np.random.default_rng(7)
        weights = [(name, random.standard_normal(shape, np.float32)) for name, shape in
                   (("table", (words, 16)), ("wq", (16, 2 * heads * depth)), ("wk", (16, heads * depth)),
                    ("wv", (16, heads * depth)), ("wo", (2 * heads * depth, words)))]
        shapes = [("split_q", [0, 0, 2 * heads, depth]), ("split", [0, 0, heads, depth]), ("one", [1, 1, 2, 1, 1]),
                  ("merge_k", [0, 2 * heads, depth, -1]), ("merge_v", [0, 2 * heads, -1, depth]), ("merge", [0, 0, 2 * heads * depth]),
                  ("axis", [2])]
        weights += [(name, np.array(shape)) for name, shape in shapes] + [("scale", np.float32(0.3))]
        node = helper.make_node
        nodes = [node("Gather", ["table", "tokens"], ["x"]),
                 *(node("MatMul", ["x", "w" + each], [each + "0"]) for each in "qkv"),
                 *(node("Reshape", [each + "0", "split_q" if each == "q" else "split"], [each + "1"]) for each in "qkv"),
                 node("Transpose", ["q1"], ["q"], perm=[0, 2, 1, 3]), node("Transpose", ["k1"], ["k2"], perm=[0, 2, 3, 1]),
                 node("Transpose", ["v1"], ["v2"], perm=[0, 2, 1, 3]),
                 node("Concat", ["known", "k2"], ["all_k"], axis=3), node("Concat", ["seen", "v2"], ["all_v"], axis=-2),
                 node("Unsqueeze", ["all_k", "axis"], ["k3"]), node("Unsqueeze", ["all_v", "axis"], ["v3"]),
                 node("Expand", ["k3", "one"], ["k4"]), node("Expand", ["v3", "one"], ["v4"]),
                 node("Reshape", ["k4", "merge_k"], ["k"]), node("Reshape", ["v4", "merge_v"], ["v"]),
                 node("Mul", ["k", "scale"], ["ks"]), node("MatMul", ["q", "ks"], ["s"]), node("Softmax", ["s"], ["p"], axis=-1),
                 node("MatMul", ["p", "v"], ["o"]), node("Transpose", ["o"], ["o1"], perm=[0, 2, 1, 3]),
                 node("Reshape", ["o1", "merge"], ["o2"]), node("MatMul", ["o2", "wo"], ["logits"])]
        f32, kv = TensorProto.FLOAT, ["batch", heads]
        return onnx_model(nodes, [("known", f32, kv + [depth, "past"]), ("tokens", TensorProto.INT64, ["batch", "n"]),
                                  ("seen", f32, kv + ["past", depth])],
                          [("all_k", f32, kv + [depth, "total"]), ("logits", f32, ["batch", "n", words]),
                           ("all_v", f32, kv + ["total", depth])], weights)


@functools.lru_cache(maxsize=None)
def decoder():
    """The artefact, with code for all levels that there are."""
    return llmc.compile(Decoder.onnx(), scratch("decoder"), name="decoder")
