// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @several_values(
func.func @several_values(%0: tensor<2xf32>) -> tensor<2xf32> {
  %1:2 = llmc.kernel map (%x = %0 : tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
    // CHECK: llmc.yield {{%[^ ,:)]+}}, {{%[^ ,:)]+}} : tensor<2xf32>, tensor<2xf32>
    llmc.yield %x, %x : tensor<2xf32>, tensor<2xf32>
  }
  return %1#0 : tensor<2xf32>
}
