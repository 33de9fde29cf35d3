// RUN: %llmc_opt --load-pass-plugin=%plugin --skip-softmax-before-argmax %s | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: %llmc_opt --load-pass-plugin=%plugin --skip-softmax-before-argmax=narrow %s \
// RUN:   | FileCheck %s --check-prefixes=CHECK,NARROW

// CHECK-LABEL: @skips(
func.func @skips(%x: tensor<?x8xf32>) -> tensor<?x1xi64> {
  // CHECK-NOT: llmc.softmax
  // CHECK: llmc.arg_reduce %arg0 axis 1
  %p = llmc.softmax %x axis 1 : tensor<?x8xf32> -> tensor<?x8xf32>
  %i = llmc.arg_reduce %p axis 1 : tensor<?x8xf32> -> tensor<?x1xi64>
  return %i : tensor<?x1xi64>
}

// The probabilities are wanted too; the index no longer waits for them.
// CHECK-LABEL: @keeps_softmax_with_second_user(
func.func @keeps_softmax_with_second_user(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x1xi64>) {
  // CHECK: llmc.softmax %arg0
  // CHECK: llmc.arg_reduce %arg0
  %p = llmc.softmax %x axis 1 : tensor<?x8xf32> -> tensor<?x8xf32>
  %i = llmc.arg_reduce %p axis 1 : tensor<?x8xf32> -> tensor<?x1xi64>
  return %p, %i : tensor<?x8xf32>, tensor<?x1xi64>
}

// CHECK-LABEL: @keeps_other_axis(
func.func @keeps_other_axis(%x: tensor<?x8xf32>) -> tensor<1x8xi64> {
  // CHECK: %[[P:.*]] = llmc.softmax
  // CHECK: llmc.arg_reduce %[[P]] axis 0
  %p = llmc.softmax %x axis 1 : tensor<?x8xf32> -> tensor<?x8xf32>
  %i = llmc.arg_reduce %p axis 0 : tensor<?x8xf32> -> tensor<1x8xi64>
  return %i : tensor<1x8xi64>
}

// CHECK-LABEL: @keeps_smallest(
func.func @keeps_smallest(%x: tensor<?x8xf32>) -> tensor<?x1xi64> {
  // CHECK: %[[P:.*]] = llmc.softmax
  // CHECK: llmc.arg_reduce %[[P]] axis 1 smallest
  %p = llmc.softmax %x axis 1 : tensor<?x8xf32> -> tensor<?x8xf32>
  %i = llmc.arg_reduce %p axis 1 smallest : tensor<?x8xf32> -> tensor<?x1xi64>
  return %i : tensor<?x1xi64>
}

// CHECK-LABEL: @keeps_16_bits_unless_told(
func.func @keeps_16_bits_unless_told(%x: tensor<?x8xf16>) -> tensor<?x1xi64> {
  // WIDE: %[[P:.*]] = llmc.softmax
  // WIDE: llmc.arg_reduce %[[P]] axis 1
  // NARROW-NOT: llmc.softmax
  // NARROW: llmc.arg_reduce %arg0 axis 1
  %p = llmc.softmax %x axis 1 : tensor<?x8xf16> -> tensor<?x8xf16>
  %i = llmc.arg_reduce %p axis 1 : tensor<?x8xf16> -> tensor<?x1xi64>
  return %i : tensor<?x1xi64>
}
