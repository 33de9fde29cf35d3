// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @strided_in_groups(
func.func @strided_in_groups(%x: tensor<?x4x9x8xf32>, %w: tensor<6x2x3x3xf32>) -> tensor<?x6x4x8xf32> {
  // CHECK: llmc.conv {{%[^ ,:)]+}}, {{%[^ ,:)]+}} strides [2, 1] dilations [1, 1] pad [1, 1] [0, 1] groups 2 : tensor<?x4x9x8xf32>, tensor<6x2x3x3xf32> -> tensor<?x6x4x8xf32>
  %r = llmc.conv %x, %w strides [2, 1] dilations [1, 1] pad [1, 1] [0, 1] groups 2 : tensor<?x4x9x8xf32>, tensor<6x2x3x3xf32> -> tensor<?x6x4x8xf32>
  return %r : tensor<?x6x4x8xf32>
}

// CHECK-LABEL: @unknown_sizes(
func.func @unknown_sizes(%x: tensor<?x4x?xf16>, %w: tensor<6x4x3xf16>) -> tensor<?x6x?xf16> {
  // CHECK: llmc.conv {{%[^ ,:)]+}}, {{%[^ ,:)]+}} strides [1] dilations [2] pad [0] [0] groups 1 : tensor<?x4x?xf16>, tensor<6x4x3xf16> -> tensor<?x6x?xf16>
  %r = llmc.conv %x, %w strides [1] dilations [2] pad [0] [0] groups 1 : tensor<?x4x?xf16>, tensor<6x4x3xf16> -> tensor<?x6x?xf16>
  return %r : tensor<?x6x?xf16>
}

// -----

func.func @conv_c1_rank(%x: tensor<1x4xf32>, %w: tensor<6x4xf32>) -> tensor<1x6xf32> {
  // expected-error@+2 {{input and filter need one rank of at least 3, and attributes for each spatial axis}}
  // expected-error@+1 {{'llmc.conv' op failed to infer returned types}}
  %r = llmc.conv %x, %w strides [] dilations [] pad [] [] groups 1 : tensor<1x4xf32>, tensor<6x4xf32> -> tensor<1x6xf32>
  return %r : tensor<1x6xf32>
}

// -----

func.func @conv_c1_attributes(%x: tensor<1x4x9x8xf32>, %w: tensor<6x4x3x3xf32>) -> tensor<1x6x7x6xf32> {
  // expected-error@+2 {{input and filter need one rank of at least 3, and attributes for each spatial axis}}
  // expected-error@+1 {{'llmc.conv' op failed to infer returned types}}
  %r = llmc.conv %x, %w strides [1] dilations [1, 1] pad [0, 0] [0, 0] groups 1 : tensor<1x4x9x8xf32>, tensor<6x4x3x3xf32> -> tensor<1x6x7x6xf32>
  return %r : tensor<1x6x7x6xf32>
}

// -----

func.func @conv_c2_stride(%x: tensor<1x4x9xf32>, %w: tensor<6x4x3xf32>) -> tensor<1x6x7xf32> {
  // expected-error@+2 {{strides, dilations and groups must be positive}}
  // expected-error@+1 {{'llmc.conv' op failed to infer returned types}}
  %r = llmc.conv %x, %w strides [0] dilations [1] pad [0] [0] groups 1 : tensor<1x4x9xf32>, tensor<6x4x3xf32> -> tensor<1x6x7xf32>
  return %r : tensor<1x6x7xf32>
}

// -----

func.func @conv_c2_channels(%x: tensor<1x5x9xf32>, %w: tensor<6x4x3xf32>) -> tensor<1x6x7xf32> {
  // expected-error@+2 {{channels differ: 5 and 4}}
  // expected-error@+1 {{'llmc.conv' op failed to infer returned types}}
  %r = llmc.conv %x, %w strides [1] dilations [1] pad [0] [0] groups 1 : tensor<1x5x9xf32>, tensor<6x4x3xf32> -> tensor<1x6x7xf32>
  return %r : tensor<1x6x7xf32>
}

// -----

func.func @conv_c3(%x: tensor<1x4x2xf32>, %w: tensor<6x4x9xf32>) -> tensor<1x6x0xf32> {
  // expected-error@+2 {{the padded input is smaller than the filter: -6 and 0}}
  // expected-error@+1 {{'llmc.conv' op failed to infer returned types}}
  %r = llmc.conv %x, %w strides [1] dilations [1] pad [0] [0] groups 1 : tensor<1x4x2xf32>, tensor<6x4x9xf32> -> tensor<1x6x0xf32>
  return %r : tensor<1x6x0xf32>
}

// -----

func.func @conv_c2_groups(%x: tensor<1x8x9xf32>, %w: tensor<6x2x3xf32>) -> tensor<1x6x7xf32> {
  // expected-error@+2 {{groups do not divide the filters: 2 and 0}}
  // expected-error@+1 {{'llmc.conv' op failed to infer returned types}}
  %r = llmc.conv %x, %w strides [1] dilations [1] pad [0] [0] groups 4 : tensor<1x8x9xf32>, tensor<6x2x3xf32> -> tensor<1x6x7xf32>
  return %r : tensor<1x6x7xf32>
}
