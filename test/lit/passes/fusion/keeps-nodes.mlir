// A norm or softmax that was spelled out names all of the nodes that spelled it, those of its input and of what comes
// behind it not.
// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-fuse-norms,llmc-fuse-softmax))' \
// RUN:   --mlir-print-debuginfo | FileCheck %s

// CHECK-LABEL: @softmax
func.func @softmax(%arg: tensor<4x8xf32>, %k: tensor<8xf32>) -> tensor<4x8xf32> {
  // CHECK: llmc.softmax {{.*}} loc(#[[SOFTMAX:.*]])
  %x = llmc.map (%a = %arg : tensor<4x8xf32>) -> tensor<4x8xf32> {
    %n = arith.negf %a : f32
    llmc.yield %n : f32
  } loc("neg")
  %max = llmc.reduce %x axes [1] init 0xFF800000 : f32 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.maximumf %so_far, %v : f32
    llmc.yield %s : f32
  } loc("max")
  %e = llmc.map (%a = %x : tensor<4x8xf32>, %b = %max : tensor<4x1xf32>) -> tensor<4x8xf32> {
    %d = arith.subf %a, %b : f32
    %p = math.exp %d : f32
    llmc.yield %p : f32
  } loc(fused["sub", "exp"])
  %sum = llmc.reduce %e axes [1] init 0.0 : f32 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  } loc("sum")
  %y = llmc.map (%a = %e : tensor<4x8xf32>, %b = %sum : tensor<4x1xf32>) -> tensor<4x8xf32> {
    %q = arith.divf %a, %b : f32
    llmc.yield %q : f32
  } loc("div")
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @rms_norm
func.func @rms_norm(%arg: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: llmc.norm {{.*}} loc(#[[NORM:.*]])
  %x = llmc.map (%a = %arg : tensor<4x8xf32>) -> tensor<4x8xf32> {
    %n = arith.negf %a : f32
    llmc.yield %n : f32
  } loc("neg")
  %square = llmc.map (%a = %x : tensor<4x8xf32>) -> tensor<4x8xf32> {
    %s = arith.mulf %a, %a : f32
    llmc.yield %s : f32
  } loc("pow")
  %sum = llmc.reduce %square axes [1] init 0.0 : f32 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  } loc("mean")
  %factor = llmc.map (%a = %sum : tensor<4x1xf32>) -> tensor<4x1xf32> {
    %count = arith.constant 8.0 : f32
    %epsilon = arith.constant 1.0e-5 : f32
    %m = arith.divf %a, %count : f32
    %s = arith.addf %m, %epsilon : f32
    %r = math.rsqrt %s : f32
    llmc.yield %r : f32
  } loc(fused["mean", "add", "sqrt"])
  %y = llmc.map (%a = %x : tensor<4x8xf32>, %b = %factor : tensor<4x1xf32>) -> tensor<4x8xf32> {
    %p = arith.mulf %a, %b : f32
    llmc.yield %p : f32
  } loc("mul")
  return %y : tensor<4x8xf32>
}

// CHECK-DAG: #[[MAX:.*]] = loc("max")
// CHECK-DAG: #[[SUB:.*]] = loc("sub")
// CHECK-DAG: #[[EXP:.*]] = loc("exp")
// CHECK-DAG: #[[SUM:.*]] = loc("sum")
// CHECK-DAG: #[[DIV:.*]] = loc("div")
// CHECK-DAG: #[[SOFTMAX]] = loc(fused[#[[MAX]], #[[SUB]], #[[EXP]], #[[SUM]], #[[DIV]]])
// CHECK-DAG: #[[POW:.*]] = loc("pow")
// CHECK-DAG: #[[MEAN:.*]] = loc("mean")
// CHECK-DAG: #[[ADD:.*]] = loc("add")
// CHECK-DAG: #[[SQRT:.*]] = loc("sqrt")
// CHECK-DAG: #[[MUL:.*]] = loc("mul")
// CHECK-DAG: #[[NORM]] = loc(fused[#[[POW]], #[[MEAN]], #[[ADD]], #[[SQRT]], #[[MUL]]])
