// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @dynamic_widths(
func.func @dynamic_widths(%x: tensor<?x2xf32>, %v: tensor<f32>, %n: index) -> tensor<?x5xf32> {
  // CHECK: llmc.pad {{%[^ ,:)]+}}, {{%[^ ,:)]+}} low [{{%[^ ,:)]+}}, 1] high [0, 2] : tensor<?x2xf32>, tensor<f32> -> tensor<?x5xf32>
  %r = llmc.pad %x, %v low [%n, 1] high [0, 2] : tensor<?x2xf32>, tensor<f32> -> tensor<?x5xf32>
  return %r : tensor<?x5xf32>
}

// -----

func.func @pad_c1_count(%x: tensor<2x2xf32>, %v: tensor<f32>) -> tensor<3x2xf32> {
  // expected-error@+2 {{pad needs a low and a high width for each axis}}
  // expected-error@+1 {{'llmc.pad' op failed to infer returned types}}
  %r = llmc.pad %x, %v low [1] high [0, 0] : tensor<2x2xf32>, tensor<f32> -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// -----

func.func @pad_c1_negative(%x: tensor<2xf32>, %v: tensor<f32>) -> tensor<1xf32> {
  // expected-error@+2 {{padding is negative: -1 and 0}}
  // expected-error@+1 {{'llmc.pad' op failed to infer returned types}}
  %r = llmc.pad %x, %v low [-1] high [0] : tensor<2xf32>, tensor<f32> -> tensor<1xf32>
  return %r : tensor<1xf32>
}

// -----

func.func @pad_c2(%x: tensor<2xf32>, %v: tensor<1xf32>) -> tensor<3xf32> {
  // expected-error@+2 {{the padding value must be a scalar of the input's element type}}
  // expected-error@+1 {{'llmc.pad' op failed to infer returned types}}
  %r = llmc.pad %x, %v low [1] high [0] : tensor<2xf32>, tensor<1xf32> -> tensor<3xf32>
  return %r : tensor<3xf32>
}
