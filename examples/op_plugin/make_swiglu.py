"""Writes swiglu.onnx, a projection and com.example.SwiGlu behind it, with inputs and, by NumPy, outputs.

  make_swiglu.py [ATTRIBUTE=VALUE...]    gives the operator more attributes
"""
import json
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save

SIZE, BETA = 32, 1.5
rng = numpy.random.default_rng(0)
weight = rng.standard_normal((SIZE, 2 * SIZE), numpy.float32) / 4
bias = rng.standard_normal(2 * SIZE, numpy.float32)


def value(name):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", SIZE])


more = {name: json.loads(text) for name, text in (argument.split("=") for argument in sys.argv[1:])}
nodes = [
    helper.make_node("MatMul", ["x", "weight"], ["projected"], name="projection"),
    helper.make_node("SwiGlu", ["projected", "bias"], ["y", "gate"], domain="com.example", name="swiglu", beta=BETA,
                     **more),
]
graph = helper.make_graph(nodes, "swiglu", [value("x")], [value("y"), value("gate")],
                          [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(bias, "bias")])
opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.example", 1)]
save(helper.make_model(graph, opset_imports=opsets, ir_version=9), "swiglu.onnx")

x = rng.standard_normal((3, SIZE), numpy.float32)
first, second = numpy.split(x @ weight + bias, 2, axis=-1)
gate = first / (1 + numpy.exp(-BETA * first))
numpy.savez("swiglu_inputs.npz", x=x)
numpy.savez("swiglu_expected.npz", y=gate * second, gate=gate)
