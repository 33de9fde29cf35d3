// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-fuse-attention{records=true}))' | FileCheck %s

// CHECK-LABEL: @no_product
// CHECK: llmc.softmax
// CHECK-SAME: #llmc.decision<"not attention", "its input is not made of a product">
func.func @no_product(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %s = llmc.softmax %x axis 1 : tensor<8x64xf32> -> tensor<8x64xf32>
  return %s : tensor<8x64xf32>
}

// CHECK-LABEL: @weights_are_an_output
// CHECK: llmc.softmax
// CHECK-SAME: #llmc.decision<"not attention", "its weights are read by others, too">
func.func @weights_are_an_output(%q: tensor<8x16xf32>, %k: tensor<16x9xf32>, %v: tensor<9x16xf32>) -> (tensor<8x16xf32>, tensor<8x9xf32>) {
  %m = llmc.matmul %q, %k : tensor<8x16xf32>, tensor<16x9xf32> -> tensor<8x9xf32>
  %s = llmc.softmax %m axis 1 : tensor<8x9xf32> -> tensor<8x9xf32>
  %r = llmc.matmul %s, %v : tensor<8x9xf32>, tensor<9x16xf32> -> tensor<8x16xf32>
  return %r, %s : tensor<8x16xf32>, tensor<8x9xf32>
}

// CHECK-LABEL: @scores_are_an_output
// CHECK: llmc.softmax
// CHECK-SAME: #llmc.decision<"not attention", "scores are read by others, too">
func.func @scores_are_an_output(%q: tensor<8x16xf32>, %k: tensor<16x9xf32>, %v: tensor<9x16xf32>) -> (tensor<8x16xf32>, tensor<8x9xf32>) {
  %m = llmc.matmul %q, %k : tensor<8x16xf32>, tensor<16x9xf32> -> tensor<8x9xf32>
  %s = llmc.softmax %m axis 1 : tensor<8x9xf32> -> tensor<8x9xf32>
  %r = llmc.matmul %s, %v : tensor<8x9xf32>, tensor<9x16xf32> -> tensor<8x16xf32>
  return %r, %m : tensor<8x16xf32>, tensor<8x9xf32>
}
