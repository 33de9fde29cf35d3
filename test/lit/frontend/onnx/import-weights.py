# Small tensors become constants, others stay in their file; data that no file holds as plain bytes go to memory.
# RUN: %python %s %t
# RUN: llmc-import %t/model.onnx | FileCheck %s
import os, sys
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
big = np.arange(2000, dtype=np.float32).reshape(40, 50)
external = numpy_helper.from_array(big, "outside")
typed = helper.make_tensor("typed", TensorProto.FLOAT16, [40, 50], big.astype(np.float16).flatten())
tensors = [numpy_helper.from_array(big, "inside"), external, typed,
           numpy_helper.from_array(np.array([True, False]), "flags"), numpy_helper.from_array(np.array([200], np.uint8), "byte")]
# CHECK: llmc.weight @inside : tensor<40x50xf32> from "model.onnx" at
# CHECK-NEXT: llmc.weight @outside : tensor<40x50xf32> from "weights.bin" at 0
# CHECK-NEXT: llmc.weight @typed : tensor<40x50xf16> from "memory:typed" at 0
# CHECK: func.func @main() -> (tensor<40x50xf32> {llmc.dtype = 1 : i64, llmc.name = "a"}
# CHECK-SAME: tensor<2xi1> {llmc.dtype = 9 : i64
# CHECK-SAME: tensor<1xi8> {llmc.dtype = 2 : i64
# CHECK: llmc.get_weight @inside
# CHECK: llmc.constant dense<[true, false]> : tensor<2xi1>
# CHECK: llmc.constant dense<-56> : tensor<1xi8>
pairs = [("a", "inside"), ("b", "outside"), ("c", "typed"), ("d", "flags"), ("e", "byte")]
graph = helper.make_graph([helper.make_node("Identity", [i], [o], name=o) for o, i in pairs], "g", [],
                          [onnx.ValueInfoProto(name=o) for o, _ in pairs], tensors)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
external.ClearField("raw_data")
for tensor in model.graph.initializer:
    if tensor.name == "outside":
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="weights.bin")
open(os.path.join(folder, "weights.bin"), "wb").write(big.tobytes())
open(os.path.join(folder, "model.onnx"), "wb").write(model.SerializeToString())
