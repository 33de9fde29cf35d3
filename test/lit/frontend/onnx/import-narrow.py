# Integers below 8 bits and floats of 8 bits are constants of wider types; large ones stay packed in their file.
# RUN: %python %s %t
# RUN: llmc-import %t/model.onnx | FileCheck %s
# RUN: not llmc-import %t/input.onnx 2>&1 | FileCheck %s --check-prefix=INPUT
# RUN: not llmc-import %t/output.onnx 2>&1 | FileCheck %s --check-prefix=OUTPUT
# RUN: not llmc-import %t/float.onnx 2>&1 | FileCheck %s --check-prefix=FLOAT
# RUN: not llmc-import %t/zero.onnx 2>&1 | FileCheck %s --check-prefix=ZERO
# RUN: llmc-import %t/cast.onnx | FileCheck %s --check-prefix=CAST
import os, sys
import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


def save(name, inputs, outputs, nodes, tensors=()):
    initializers = [numpy_helper.from_array(array, tensor) for tensor, array in tensors]
    graph = helper.make_graph([helper.make_node(op, i, o, name=o[0]) for op, i, o in nodes], "g", inputs,
                              [onnx.ValueInfoProto(name=o) for o in outputs], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    open(os.path.join(folder, name), "wb").write(model.SerializeToString())


scale = ("s", np.array(0.5, np.float32))
# The last byte of the large one is not full.
# CHECK: llmc.weight @large : tensor<513xi8> from "model.onnx" at
# CHECK-NOT: llmc.weight @zeros
# CHECK: llmc.constant dense<[1, -8, 7]> : tensor<3xi8>
# CHECK: arith.extsi
# CHECK: llmc.constant dense<[15, 1, 7]> : tensor<3xi8>
# CHECK: arith.extui
# CHECK: llmc.constant dense<[1.500000e+00, -2.400000e+01, 0x7F{{[C-F]}}00000]> : tensor<3xf32>
# CHECK: llmc.get_weight @large : tensor<513xi8>
# CHECK: llmc.constant dense<"0x{{.*}}"> : tensor<256x2xi8>
# CHECK: llmc.gather {{.*}} -> tensor<513x2xi8>
# CHECK: llmc.slice {{.*}} -> tensor<1025xi8>
# CHECK: llmc.reshape {{.*}} to [25, 41]
# Zeros are seen as such, however many there are.
# CHECK-NOT: arith.subi
# CHECK: llmc.map {{.*}} -> tensor<3xi8>
# CHECK: arith.constant -8.000000e+00
# CHECK: arith.constant 7.000000e+00
save("model.onnx", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])], ["a", "b", "c", "d", "e", "f"],
     [("DequantizeLinear", ["signed", "s"], ["a"]), ("DequantizeLinear", ["unsigned", "s"], ["b"]),
      ("DequantizeLinear", ["real", "s"], ["c"]), ("DequantizeLinear", ["large", "s"], ["d"]),
      ("DequantizeLinear", ["columns", "scales", "zeros"], ["f"]),
      ("QuantizeLinear", ["x", "s", "zero"], ["there"]), ("DequantizeLinear", ["there", "s"], ["e"])],
     [scale, ("columns", np.ones((1, 2000), np.int8)), ("scales", np.ones(2000, np.float32)), ("zeros", np.zeros(2000, np.int8)),
      ("signed", np.array([1, -8, 7]).astype(ml_dtypes.int4)), ("unsigned", np.array([15, 1, 7]).astype(ml_dtypes.uint4)),
      ("real", np.array([1.5, -24, np.nan]).astype(ml_dtypes.float8_e4m3fn)), ("zero", np.array(0).astype(ml_dtypes.int4)),
      ("large", (np.arange(1025) % 16 - 8).reshape(25, 41).astype(ml_dtypes.int4))])
# INPUT: error: {{.*}}input.onnx: input "x": element type int4 is not supported; try: use float32,
save("input.onnx", [helper.make_tensor_value_info("x", TensorProto.INT4, [3])], ["y"], [("DequantizeLinear", ["x", "s"], ["y"])], [scale])
# OUTPUT: error: {{.*}}output.onnx: output "y": element type int4 is not supported; try: use float32,
save("output.onnx", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])], ["y"], [("QuantizeLinear", ["x", "s", "zero"], ["y"])],
     [scale, ("zero", np.array(0).astype(ml_dtypes.int4))])
# FLOAT: error: {{.*}}float.onnx: output "y": element type float8e5m2 is not supported; try: use float32,
save("float.onnx", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])], ["y"], [("QuantizeLinear", ["x", "s", "zero"], ["y"])],
     [scale, ("zero", np.array(0).astype(ml_dtypes.float8_e5m2))])
# ZERO: node "there" (QuantizeLinear): its operands do not fit: zero points of float8e5m2 have to be 0; try:
save("zero.onnx", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])], ["y"],
     [("QuantizeLinear", ["x", "s", "zero"], ["there"]), ("DequantizeLinear", ["there", "s"], ["y"])],
     [scale, ("zero", np.array(1).astype(ml_dtypes.float8_e5m2))])
# Floats of 8 bits are rounded where they are made, and held as wider ones.
# CAST: arith.bitcast {{.*}} : f32 to i32
# CAST: math.copysign
# CAST-NOT: arith.truncf
save("cast.onnx", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])], ["y"], [("CastLike", ["x", "zero"], ["there"]), ("CastLike", ["there", "s"], ["y"])],
     [scale, ("zero", np.array(0).astype(ml_dtypes.float8_e5m2))])
