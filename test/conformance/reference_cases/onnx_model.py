"""One ONNX operator, run by ONNX Runtime."""

import numpy as np
import onnx
import onnxruntime
from onnx import helper


def run(op_type, inputs, opset=17, **attributes):
    names = [f"x{i}" for i in range(len(inputs))]
    node = helper.make_node(op_type, names, ["y"], **attributes)
    types = [helper.np_dtype_to_tensor_dtype(value.dtype) for value in inputs]
    arguments = [helper.make_tensor_value_info(n, t, v.shape) for n, t, v in zip(names, types, inputs)]
    graph = helper.make_graph([node], "g", arguments, [helper.make_tensor_value_info("y", types[0], None)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, dict(zip(names, inputs)))[0])
