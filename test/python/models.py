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


def onnx_model(nodes, inputs, outputs, weights=()):
    """`inputs` and `outputs`: name, element type, dims."""
    sides = [[helper.make_tensor_value_info(*tensor) for tensor in side] for side in (inputs, outputs)]
    initializers = [onnx.numpy_helper.from_array(array, name) for name, array in weights]
    return helper.make_model(helper.make_graph(nodes, "graph", *sides, initializers),
                             opset_imports=[helper.make_opsetid("", 17)])


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
