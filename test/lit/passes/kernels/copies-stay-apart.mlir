// A result that is returned twice is copied by a kernel to each output: equal kernels, which nothing may make one.
// RUN: llmc-opt %s --pass-pipeline='builtin.module(llmc-kernels)' | FileCheck %s

// CHECK-LABEL: @main
func.func @main(%x: tensor<3xf32> {llmc.dims = ["3"]}) -> (tensor<3xf32>, tensor<3xf32>) {
  // CHECK: %[[A:.*]] = llmc.kernel map {{.*}}places = [#llmc.place<output {{[01]}}>]
  // CHECK: %[[B:.*]] = llmc.kernel map {{.*}}places = [#llmc.place<output {{[01]}}>]
  // CHECK: return %[[A]], %[[B]]
  return %x, %x : tensor<3xf32>, tensor<3xf32>
}
