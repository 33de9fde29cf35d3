// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-fuse-norms,llmc-simplify))' | FileCheck %s

// As exporters of Llama write it: x * (1 / sqrt(mean(x^2) + eps)), then the weight.
// CHECK-LABEL: @rms_by_reciprocal
func.func @rms_by_reciprocal(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<64xf32>) -> tensor<?x64xf32> {
  // CHECK: %[[N:.*]] = llmc.norm rms %arg0 axis 1 epsilon {{9.999.*}}E-7
  // CHECK-NOT: llmc.reduce
  // CHECK: llmc.map
  // CHECK-SAME: %[[N]]
  %sq = llmc.map (%a = %x : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %p = arith.mulf %a, %a : f32
    llmc.yield %p : f32
  }
  %sum = llmc.reduce %sq axes [1] init 0.0 : f32 : tensor<?x64xf32> -> tensor<?x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %r = llmc.map (%s = %sum : tensor<?x1xf32>) -> tensor<?x1xf32> {
    %c64 = arith.constant 64.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %one = arith.constant 1.0 : f32
    %m = arith.divf %s, %c64 : f32
    %v = arith.addf %m, %eps : f32
    %q = math.sqrt %v : f32
    %i = arith.divf %one, %q : f32
    llmc.yield %i : f32
  }
  %y = llmc.map (%a = %x : tensor<?x64xf32>, %f = %r : tensor<?x1xf32>, %b = %w : tensor<64xf32>) -> tensor<?x64xf32> {
    %p = arith.mulf %a, %f : f32
    %q = arith.mulf %b, %p : f32
    llmc.yield %q : f32
  }
  return %y : tensor<?x64xf32>
}

// The unbiased variance.
// CHECK-LABEL: @keeps_another_mean
func.func @keeps_another_mean(%x: tensor<?x4096xf32> {llmc.dims = ["n", "4096"]}) -> tensor<?x4096xf32> {
  // CHECK-NOT: llmc.norm
  // CHECK: llmc.reduce
  %sq = llmc.map (%a = %x : tensor<?x4096xf32>) -> tensor<?x4096xf32> {
    %p = arith.mulf %a, %a : f32
    llmc.yield %p : f32
  }
  %sum = llmc.reduce %sq axes [1] init 0.0 : f32 : tensor<?x4096xf32> -> tensor<?x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %r = llmc.map (%s = %sum : tensor<?x1xf32>) -> tensor<?x1xf32> {
    %less = arith.constant 4095.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %m = arith.divf %s, %less : f32
    %v = arith.addf %m, %eps : f32
    %q = math.rsqrt %v : f32
    llmc.yield %q : f32
  }
  %y = llmc.map (%a = %x : tensor<?x4096xf32>, %f = %r : tensor<?x1xf32>) -> tensor<?x4096xf32> {
    %p = arith.mulf %a, %f : f32
    llmc.yield %p : f32
  }
  return %y : tensor<?x4096xf32>
}

// (x - mean) / sqrt(mean((x - mean)^2) + eps)
// CHECK-LABEL: @layer_by_quotient
func.func @layer_by_quotient(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x64xf32> {
  // CHECK: llmc.norm layer %arg0 axis 1
  // CHECK-NOT: llmc.reduce
  %sum0 = llmc.reduce %x axes [1] init 0.0 : f32 : tensor<?x64xf32> -> tensor<?x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %mean = llmc.map (%s = %sum0 : tensor<?x1xf32>) -> tensor<?x1xf32> {
    %c = arith.constant 0.015625 : f32
    %m = arith.mulf %s, %c : f32
    llmc.yield %m : f32
  }
  %d = llmc.map (%a = %x : tensor<?x64xf32>, %m = %mean : tensor<?x1xf32>) -> tensor<?x64xf32> {
    %s = arith.subf %a, %m : f32
    llmc.yield %s : f32
  }
  %sq = llmc.map (%a = %d : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %p = arith.mulf %a, %a : f32
    llmc.yield %p : f32
  }
  %sum = llmc.reduce %sq axes [1] init 0.0 : f32 : tensor<?x64xf32> -> tensor<?x1xf32> {
  ^bb0(%so_far: f32, %v: f32):
    %s = arith.addf %so_far, %v : f32
    llmc.yield %s : f32
  }
  %r = llmc.map (%s = %sum : tensor<?x1xf32>) -> tensor<?x1xf32> {
    %c64 = arith.constant 64.0 : f32
    %eps = arith.constant 1.0e-5 : f32
    %m = arith.divf %s, %c64 : f32
    %v = arith.addf %m, %eps : f32
    %q = math.sqrt %v : f32
    llmc.yield %q : f32
  }
  %y = llmc.map (%a = %d : tensor<?x64xf32>, %f = %r : tensor<?x1xf32>) -> tensor<?x64xf32> {
    %p = arith.divf %a, %f : f32
    llmc.yield %p : f32
  }
  return %y : tensor<?x64xf32>
}
