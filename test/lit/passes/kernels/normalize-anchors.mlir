// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-normalize-anchors))' | FileCheck %s

// CHECK-LABEL: @moves_softmax_to_the_last_axis
func.func @moves_softmax_to_the_last_axis(%x: tensor<?x8x4xf32> {llmc.dims = ["n", "8", "4"]}) -> tensor<?x8x4xf32> {
  // CHECK: llmc.transpose %arg0 perm [0, 2, 1]
  // CHECK: llmc.softmax %{{.*}} axis 2 : tensor<?x4x8xf32>
  // CHECK: llmc.transpose %{{.*}} perm [0, 2, 1]
  %y = llmc.softmax %x axis 1 : tensor<?x8x4xf32> -> tensor<?x8x4xf32>
  return %y : tensor<?x8x4xf32>
}

// CHECK-LABEL: @flattens_axes_of_a_norm
func.func @flattens_axes_of_a_norm(%x: tensor<?x8x4xf32> {llmc.dims = ["n", "8", "4"]}, %s: tensor<8x4xf32>) -> tensor<?x8x4xf32> {
  // CHECK: llmc.reshape %arg0 {{.*}} -> tensor<?x32xf32>
  // CHECK: llmc.reshape %arg1 {{.*}} -> tensor<32xf32>
  // CHECK: llmc.norm layer %{{.*}} axis 1
  %y = llmc.norm layer %x scale %s axis 1 epsilon 1.0e-5 : tensor<?x8x4xf32> scale tensor<8x4xf32> -> tensor<?x8x4xf32>
  return %y : tensor<?x8x4xf32>
}

// CHECK-LABEL: @convolution_is_a_product_of_windows
func.func @convolution_is_a_product_of_windows(%x: tensor<?x3x32x32xf32> {llmc.dims = ["n", "3", "32", "32"]}, %w: tensor<16x3x8x8xf32>) -> tensor<?x16x4x4xf32> {
  // CHECK: llmc.unfold %arg0 window [8, 8]
  // CHECK-SAME: -> tensor<?x4x4x192xf32>
  // CHECK: llmc.matmul {{.*}} tensor<?x192xf32>, tensor<192x16xf32>
  // CHECK: llmc.transpose {{.*}} perm [0, 3, 1, 2]
  %y = llmc.conv %x, %w strides [8, 8] dilations [1, 1] pad [0, 0] [0, 0] groups 1 : tensor<?x3x32x32xf32>, tensor<16x3x8x8xf32> -> tensor<?x16x4x4xf32>
  return %y : tensor<?x16x4x4xf32>
}

// CHECK-LABEL: @convolution_with_a_short_axis
func.func @convolution_with_a_short_axis(%x: tensor<?x3x7xf32> {llmc.dims = ["n", "3", "7"]}, %w: tensor<4x3x3xf32>) -> tensor<?x4x7xf32> {
  // CHECK: llmc.unfold
  %y = llmc.conv %x, %w strides [1] dilations [1] pad [1] [1] groups 1 : tensor<?x3x7xf32>, tensor<4x3x3xf32> -> tensor<?x4x7xf32>
  return %y : tensor<?x4x7xf32>
}

// Windows that overlap would be a larger matrix than the input.
// CHECK-LABEL: @keeps_convolution_of_windows_that_overlap
func.func @keeps_convolution_of_windows_that_overlap(%x: tensor<?x3x33xf32> {llmc.dims = ["n", "3", "33"]}, %w: tensor<4x3x2xf32>) -> tensor<?x4x16xf32> {
  // CHECK: llmc.conv
  %y = llmc.conv %x, %w strides [2] dilations [2] pad [0] [0] groups 1 : tensor<?x3x33xf32>, tensor<4x3x2xf32> -> tensor<?x4x16xf32>
  return %y : tensor<?x4x16xf32>
}

// Those of one element would be its transpose.
// CHECK-LABEL: @keeps_convolution_of_single_elements
func.func @keeps_convolution_of_single_elements(%x: tensor<?x3x33xf32> {llmc.dims = ["n", "3", "33"]}, %w: tensor<4x3x1xf32>) -> tensor<?x4x33xf32> {
  // CHECK: llmc.conv
  %y = llmc.conv %x, %w strides [1] dilations [1] pad [0] [0] groups 1 : tensor<?x3x33xf32>, tensor<4x3x1xf32> -> tensor<?x4x33xf32>
  return %y : tensor<?x4x33xf32>
}

// CHECK-LABEL: @keeps_grouped_convolution
func.func @keeps_grouped_convolution(%x: tensor<?x4x8xf32> {llmc.dims = ["n", "4", "8"]}, %w: tensor<4x2x3xf32>) -> tensor<?x4x6xf32> {
  // CHECK: llmc.conv
  %y = llmc.conv %x, %w strides [1] dilations [1] pad [0] [0] groups 2 : tensor<?x4x8xf32>, tensor<4x2x3xf32> -> tensor<?x4x6xf32>
  return %y : tensor<?x4x6xf32>
}
