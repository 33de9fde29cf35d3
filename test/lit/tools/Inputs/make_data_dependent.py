"""make_data_dependent.py FILE: a model whose output has sizes that an input's values decide."""
import sys

import onnx
from onnx import helper

inputs = [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["n", 4]),
          helper.make_tensor_value_info("shape", onnx.TensorProto.INT64, [2])]
output = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, None])
nodes = [helper.make_node("Reshape", ["x", "shape"], ["between"], name="by_data"),
         helper.make_node("Relu", ["between"], ["y"])]
graph = helper.make_graph(nodes, "data", inputs, [output])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), sys.argv[1])
