"""Writes rotary.onnx, a projection whose heads com.example.Rotary turns there and back, with inputs and, by NumPy, outputs."""
import numpy
from onnx import TensorProto, helper, numpy_helper, save

HEADS, SIZE = 4, 16
rng = numpy.random.default_rng(0)
weight = rng.standard_normal((HEADS * SIZE, HEADS * SIZE), numpy.float32) / 8


def value(name, *dims):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)


nodes = [
    helper.make_node("MatMul", ["x", "weight"], ["projected"], name="projection"),
    helper.make_node("Reshape", ["projected", "split"], ["heads"], name="split_heads"),
    helper.make_node("Transpose", ["heads"], ["transposed"], perm=[0, 2, 1, 3], name="heads_first"),
    helper.make_node("Rotary", ["transposed", "cos", "sin"], ["y"], domain="com.example", name="rotary"),
    helper.make_node("Rotary", ["y", "cos", "sin"], ["back"], domain="com.example", name="rotary_back", inverse=1),
]
graph = helper.make_graph(
    nodes, "rotary",
    [value("x", "batch", "seq", HEADS * SIZE), value("cos", "seq", SIZE // 2), value("sin", "seq", SIZE // 2)],
    [value("y", "batch", HEADS, "seq", SIZE), value("back", "batch", HEADS, "seq", SIZE)],
    [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(numpy.array([0, 0, HEADS, SIZE]), "split")])
opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.example", 1)]
save(helper.make_model(graph, opset_imports=opsets, ir_version=9), "rotary.onnx")

batch, seq = 2, 5
x = rng.standard_normal((batch, seq, HEADS * SIZE), numpy.float32)
angles = numpy.arange(seq)[:, None] * 100.0 ** -(numpy.arange(SIZE // 2) / (SIZE // 2))
cos, sin = numpy.cos(angles).astype(numpy.float32), numpy.sin(angles).astype(numpy.float32)
heads = (x @ weight).reshape(batch, seq, HEADS, SIZE).transpose(0, 2, 1, 3)
x1, x2 = heads[..., :SIZE // 2], heads[..., SIZE // 2:]
numpy.savez("rotary_inputs.npz", x=x, cos=cos, sin=sin)
numpy.savez("rotary_expected.npz", back=heads,
            y=numpy.concatenate([x1 * cos - x2 * sin, x2 * cos + x1 * sin], axis=-1))
