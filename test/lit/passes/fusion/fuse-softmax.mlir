// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-fuse-softmax,llmc-simplify))' > %t.once.mlir
// RUN: FileCheck %s < %t.once.mlir
// A second time nothing is left to do.
// RUN: llmc-opt %t.once.mlir --pass-pipeline='builtin.module(func.func(llmc-fuse-softmax,llmc-simplify))' | diff %t.once.mlir -

// CHECK-LABEL: @spelled_out
func.func @spelled_out(%x: tensor<?x?xf32> {llmc.dims = ["n", "m"]}) -> tensor<?x?xf32> {
  // CHECK: %[[S:.*]] = llmc.softmax %arg0 axis 1 : tensor<?x?xf32> -> tensor<?x?xf32>
  // CHECK-NOT: llmc.reduce
  // CHECK: return %[[S]]
  %max = llmc.reduce %x axes [1] init 0xFF800000 : f32 : tensor<?x?xf32> -> tensor<?x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.maximumf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %e = llmc.map (%a = %x : tensor<?x?xf32>, %b = %max : tensor<?x1xf32>) -> tensor<?x?xf32> {
    %d = arith.subf %a, %b : f32
    %p = math.exp %d : f32
    llmc.yield %p : f32
  }
  %sum = llmc.reduce %e axes [1] init 0.0 : f32 : tensor<?x?xf32> -> tensor<?x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %y = llmc.map (%a = %e : tensor<?x?xf32>, %b = %sum : tensor<?x1xf32>) -> tensor<?x?xf32> {
    %q = arith.divf %a, %b : f32
    llmc.yield %q : f32
  }
  return %y : tensor<?x?xf32>
}

// The quotient is scaled in the same map: the rest of the map stays.
// CHECK-LABEL: @with_more_behind
func.func @with_more_behind(%x: tensor<4x8xf32>, %k: tensor<8xf32>) -> tensor<4x8xf32> {
  // CHECK: %[[S:.*]] = llmc.softmax %arg0 axis 1
  // CHECK: llmc.map (%{{.*}} = %[[S]] : tensor<4x8xf32>
  // CHECK-NEXT: arith.mulf
  %max = llmc.reduce %x axes [1] init 0xFF800000 : f32 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.maximumf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %e = llmc.map (%a = %x : tensor<4x8xf32>, %b = %max : tensor<4x1xf32>) -> tensor<4x8xf32> {
    %d = arith.subf %a, %b : f32
    %p = math.exp %d : f32
    llmc.yield %p : f32
  }
  %sum = llmc.reduce %e axes [1] init 0.0 : f32 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %y = llmc.map (%a = %e : tensor<4x8xf32>, %b = %sum : tensor<4x1xf32>, %c = %k : tensor<8xf32>) -> tensor<4x8xf32> {
    %q = arith.divf %a, %b : f32
    %r = arith.mulf %q, %c : f32
    llmc.yield %r : f32
  }
  return %y : tensor<4x8xf32>
}

// The sum is not over the axis of the maximum.
// CHECK-LABEL: @keeps_sums_along_other_axes
func.func @keeps_sums_along_other_axes(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // CHECK-NOT: llmc.softmax
  %max = llmc.reduce %x axes [1] init 0xFF800000 : f32 : tensor<4x4xf32> -> tensor<4x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.maximumf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %e = llmc.map (%a = %x : tensor<4x4xf32>, %b = %max : tensor<4x1xf32>) -> tensor<4x4xf32> {
    %d = arith.subf %a, %b : f32
    %p = math.exp %d : f32
    llmc.yield %p : f32
  }
  %sum = llmc.reduce %e axes [0] init 0.0 : f32 : tensor<4x4xf32> -> tensor<1x4xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %y = llmc.map (%a = %e : tensor<4x4xf32>, %b = %sum : tensor<1x4xf32>) -> tensor<4x4xf32> {
    %q = arith.divf %a, %b : f32
    llmc.yield %q : f32
  }
  return %y : tensor<4x4xf32>
}

// The exponentials are an output of their own: they stay, the softmax is made beside them.
// CHECK-LABEL: @exponentials_with_a_second_user
func.func @exponentials_with_a_second_user(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  // CHECK: %[[E:.*]] = llmc.map
  // CHECK: math.exp
  // CHECK: %[[S:.*]] = llmc.softmax %arg0 axis 1
  // CHECK: return %[[E]], %[[S]]
  %max = llmc.reduce %x axes [1] init 0xFF800000 : f32 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.maximumf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %e = llmc.map (%a = %x : tensor<4x8xf32>, %b = %max : tensor<4x1xf32>) -> tensor<4x8xf32> {
    %d = arith.subf %a, %b : f32
    %p = math.exp %d : f32
    llmc.yield %p : f32
  }
  %sum = llmc.reduce %e axes [1] init 0.0 : f32 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %y = llmc.map (%a = %e : tensor<4x8xf32>, %b = %sum : tensor<4x1xf32>) -> tensor<4x8xf32> {
    %q = arith.divf %a, %b : f32
    llmc.yield %q : f32
  }
  return %e, %y : tensor<4x8xf32>, tensor<4x8xf32>
}
