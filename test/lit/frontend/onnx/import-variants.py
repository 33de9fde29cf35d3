# Sizes that get code of their own: a function each, which differs in the sizes alone. All of them read the same weights.
# RUN: %python %s %t.onnx
# RUN: llmc compile %t.onnx --emit=import --dim seq=1,16,1..512 --dim batch=2,3 | FileCheck %s
# RUN: llmc compile %t.onnx --emit=kernels --dim seq=1,16 | FileCheck %s --check-prefix=KERNELS
# CHECK: llmc.weight @w : tensor<48x40xf32>
# CHECK-NOT: llmc.weight
# CHECK: func.func @main(%arg0: tensor<?x?x40xf32> {llmc.dims = ["batch", "seq", "40"]
# CHECK-SAME: -> (tensor<?x?x48xf32>
# CHECK-SAME: llmc.ranges = {seq = array<i64: 1, 512>}
# CHECK-NOT: llmc.variant
# CHECK: llmc.get_weight @w
# CHECK: func.func @"main for batch=2, seq=1"(%arg0: tensor<2x1x40xf32>
# CHECK-SAME: -> (tensor<2x1x48xf32>
# CHECK-SAME: llmc.variant = "batch=2, seq=1"
# CHECK: llmc.get_weight @w
# CHECK: func.func @"main for batch=2, seq=16"(%arg0: tensor<2x16x40xf32>
# CHECK: func.func @"main for batch=3, seq=1"(%arg0: tensor<3x1x40xf32>
# CHECK: func.func @"main for batch=3, seq=16"(%arg0: tensor<3x16x40xf32>

# What passes make of weights is made once, too.
# KERNELS-COUNT-3: llmc.weight
# KERNELS-NOT: llmc.weight
# KERNELS: func.func @main(
# KERNELS: llmc.get_weight @[[PACKED:.*packed]] :
# KERNELS: func.func @"main for seq=1"(
# KERNELS: llmc.get_weight @[[PACKED]] :
# KERNELS: func.func @"main for seq=16"(
# KERNELS: llmc.get_weight @[[PACKED]] :
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

nodes = [helper.make_node("Transpose", ["w"], ["t"], perm=[1, 0]), helper.make_node("MatMul", ["a", "t"], ["y"])]
tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "seq", size]) for name, size in (("a", 40), ("y", 48))]
weight = numpy_helper.from_array(np.ones((48, 40), np.float32), "w")
onnx.save(helper.make_model(helper.make_graph(nodes, "g", tensors[:1], tensors[1:], [weight]),
                            opset_imports=[helper.make_opsetid("", 18)]), sys.argv[1])
