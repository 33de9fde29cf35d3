"""make_overflow.py FOLDER: a model whose second product overflows, inputs, and outputs to judge it by.

The mask holds an infinity that is meant."""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

folder = sys.argv[1]
weight = np.ones((4, 4), np.float32)
weight[:, 1] = 3e38
nodes = [helper.make_node("Where", ["keep", "zero", "mask"], ["masked"], name="mask"),
         helper.make_node("Add", ["x", "masked"], ["a"], name="add"),
         helper.make_node("Softmax", ["a"], ["p"], name="softmax"),
         helper.make_node("MatMul", ["p", "w"], ["h"], name="first_product"),
         helper.make_node("MatMul", ["h", "w"], ["g"], name="second_product"),
         helper.make_node("Softmax", ["g"], ["y"], name="second_softmax")]
tensor = helper.make_tensor_value_info
graph = helper.make_graph(
    nodes, "overflow", [tensor("x", TensorProto.FLOAT, [2, 4]), tensor("keep", TensorProto.BOOL, [4])],
    [tensor("y", TensorProto.FLOAT, [2, 4])],
    [numpy_helper.from_array(array, name) for name, array in (("w", weight), ("zero", np.array(0, np.float32)),
                                                              ("mask", np.array(-np.inf, np.float32)))])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), f"{folder}/model.onnx")
np.savez(f"{folder}/inputs.npz", x=np.ones((2, 4), np.float32), keep=np.array([1, 1, 1, 0], bool))
np.savez(f"{folder}/nan.npz", y=np.full((2, 4), np.nan, np.float32))
np.savez(f"{folder}/finite.npz", y=np.zeros((2, 4), np.float32))
