// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @dynamic_sizes(
func.func @dynamic_sizes(%x: tensor<?x?x64xf32>, %n: index, %m: index) -> tensor<?x?x4x16xf32> {
  // CHECK: llmc.reshape {{%[^ ,:)]+}} to [{{%[^ ,:)]+}}, {{%[^ ,:)]+}}, 4, 16] : tensor<?x?x64xf32> -> tensor<?x?x4x16xf32>
  %r = llmc.reshape %x to [%n, %m, 4, 16] : tensor<?x?x64xf32> -> tensor<?x?x4x16xf32>
  return %r : tensor<?x?x4x16xf32>
}

// CHECK-LABEL: @scalar(
func.func @scalar(%x: tensor<1x1xi8>) -> tensor<i8> {
  // CHECK: llmc.reshape {{%[^ ,:)]+}} to [] : tensor<1x1xi8> -> tensor<i8>
  %r = llmc.reshape %x to [] : tensor<1x1xi8> -> tensor<i8>
  return %r : tensor<i8>
}

// -----

func.func @reshape_c1(%x: tensor<2x3xf32>) -> tensor<7xf32> {
  // expected-error@+2 {{numbers of elements differ: 6 and 7}}
  // expected-error@+1 {{'llmc.reshape' op failed to infer returned types}}
  %r = llmc.reshape %x to [7] : tensor<2x3xf32> -> tensor<7xf32>
  return %r : tensor<7xf32>
}
