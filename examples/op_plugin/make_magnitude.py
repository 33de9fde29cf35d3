"""Writes magnitude.onnx, com.example.Magnitude along two of three axes, with inputs and, by NumPy, outputs."""
import numpy
from onnx import TensorProto, helper, save

node = helper.make_node("Magnitude", ["x"], ["y"], domain="com.example", name="magnitude", axes=[-1, 0], keepdims=0)
x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "rows", 8])
y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows"])
opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.example", 1)]
save(helper.make_model(helper.make_graph([node], "magnitude", [x], [y]), opset_imports=opsets, ir_version=9),
     "magnitude.onnx")

values = numpy.random.default_rng(0).standard_normal((2, 3, 8), numpy.float32)
numpy.savez("magnitude_inputs.npz", x=values)
numpy.savez("magnitude_expected.npz", y=numpy.abs(values).sum(axis=(0, 2)))
