"""attention.py MODEL.onnx [OPERATOR]: attention, a gate and a softmax that is no attention; OPERATOR ends the graph."""
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

last = sys.argv[2] if len(sys.argv) > 2 else "Softmax"
nodes = [
    helper.make_node("Transpose", ["x"], ["keys"], perm=[0, 2, 1]),
    helper.make_node("MatMul", ["x", "keys"], ["scores"]),
    helper.make_node("Mul", ["scores", "scale"], ["scaled"]),
    helper.make_node("Softmax", ["scaled"], ["weights"], axis=-1),
    helper.make_node("MatMul", ["weights", "x"], ["mixed"]),
    helper.make_node("MatMul", ["mixed", "w"], ["gate"]),
    helper.make_node("Sigmoid", ["gate"], ["sigmoid"]),
    helper.make_node("Mul", ["gate", "sigmoid"], ["silu"]),
    helper.make_node(last, ["silu"], ["y"]),
]
weights = np.random.default_rng(0).standard_normal((8, 8)).astype(np.float32)
graph = helper.make_graph(
    nodes,
    "attention",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "seq", 8])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", "seq", 8])],
    [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(np.float32(0.25), "scale")],
)
save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), sys.argv[1])
