// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @sum_along_axes(
func.func @sum_along_axes(%x: tensor<?x4x64xf32>) -> tensor<?x1x1xf32> {
  // CHECK: llmc.reduce {{%[^ ,:)]+}} axes [1, 2] init 0.000000e+00 : f32 : tensor<?x4x64xf32> -> tensor<?x1x1xf32> {
  %r = llmc.reduce %x axes [1, 2] init 0.000000e+00 : f32 : tensor<?x4x64xf32> -> tensor<?x1x1xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    llmc.yield %s : f32
  }
  return %r : tensor<?x1x1xf32>
}

// -----

func.func @reduce_c1_order(%x: tensor<2x3xf32>) -> tensor<1x1xf32> {
  // expected-error@+2 {{axes must be ascending and within the rank}}
  // expected-error@+1 {{'llmc.reduce' op failed to infer returned types}}
  %r = llmc.reduce %x axes [1, 0] init 0.0 : f32 : tensor<2x3xf32> -> tensor<1x1xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    llmc.yield %s : f32
  }
  return %r : tensor<1x1xf32>
}

// -----

func.func @reduce_c1_rank(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+2 {{axes must be ascending and within the rank}}
  // expected-error@+1 {{'llmc.reduce' op failed to infer returned types}}
  %r = llmc.reduce %x axes [2] init 0.0 : f32 : tensor<2x3xf32> -> tensor<2x3xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    llmc.yield %s : f32
  }
  return %r : tensor<2x3xf32>
}

// -----

func.func @reduce_c2_arguments(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {
  // expected-error@+1 {{'llmc.reduce' op region must take ('f32', 'f32') and yield 'f32'}}
  %r = llmc.reduce %x axes [1] init 0.0 : f32 : tensor<2x3xf32> -> tensor<2x1xf32> {
  ^bb0(%a: f32, %b: f16):
    %w = arith.extf %b : f16 to f32
    %s = arith.addf %a, %w : f32
    llmc.yield %s : f32
  }
  return %r : tensor<2x1xf32>
}

// -----

func.func @reduce_c2_yield(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {
  // expected-error@+1 {{'llmc.reduce' op region must take ('f32', 'f32') and yield 'f32'}}
  %r = llmc.reduce %x axes [1] init 0.0 : f32 : tensor<2x3xf32> -> tensor<2x1xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.truncf %b : f32 to f16
    llmc.yield %s : f16
  }
  return %r : tensor<2x1xf32>
}

// -----

func.func @reduce_c3(%x: tensor<2x3xf32>) -> tensor<2x1xf32> {
  // expected-error@+1 {{'llmc.reduce' op holds 'llmc.size', but only operations of arith, math and llmc.gelu are scalar maths}}
  %r = llmc.reduce %x axes [1] init 0.0 : f32 : tensor<2x3xf32> -> tensor<2x1xf32> {
  ^bb0(%a: f32, %b: f32):
    %n = llmc.size "n"
    llmc.yield %a : f32
  }
  return %r : tensor<2x1xf32>
}
