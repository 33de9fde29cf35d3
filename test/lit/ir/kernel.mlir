// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @groups_operations(
func.func @groups_operations(%0: tensor<?x64xf32>, %1: tensor<64x64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.kernel matmul ({{%[^ ,:)]+}} = {{%[^ ,:)]+}} : tensor<?x64xf32>, {{%[^ ,:)]+}} = {{%[^ ,:)]+}} : tensor<64x64xf32>) -> tensor<?x64xf32> {
  %2 = llmc.kernel matmul (%x = %0 : tensor<?x64xf32>, %w = %1 : tensor<64x64xf32>) -> tensor<?x64xf32> {
    %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
    llmc.yield %m : tensor<?x64xf32>
  }
  return %2 : tensor<?x64xf32>
}

// -----

func.func @kernel_c1_arguments(%0: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.kernel' op region arguments must have the types of the operands}}
  %1 = "llmc.kernel"(%0) <{anchor = "map"}> ({
  ^bb0(%x: tensor<3xf32>):
    %y = llmc.constant dense<0.0> : tensor<2xf32>
    llmc.yield %y : tensor<2xf32>
  }) : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

func.func @kernel_c1_results(%0: tensor<2xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{'llmc.kernel' op region must yield values of the result types}}
  %1 = llmc.kernel map (%x = %0 : tensor<2xf32>) -> tensor<3xf32> {
    llmc.yield %x : tensor<2xf32>
  }
  return %1 : tensor<3xf32>
}
