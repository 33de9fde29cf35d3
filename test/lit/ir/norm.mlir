// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @layer_with_all(
func.func @layer_with_all(%x: tensor<?x64xf32>, %s: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.norm layer {{%[^ ,:)]+}} scale {{%[^ ,:)]+}} bias {{%[^ ,:)]+}} axis 1 epsilon 1.000000e-05 : tensor<?x64xf32> scale tensor<64xf32> bias tensor<64xf32> -> tensor<?x64xf32>
  %r = llmc.norm layer %x scale %s bias %b axis 1 epsilon 1.000000e-05 : tensor<?x64xf32> scale tensor<64xf32> bias tensor<64xf32> -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

// CHECK-LABEL: @rms_with_scale(
func.func @rms_with_scale(%x: tensor<?x64xf32>, %s: tensor<64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.norm rms {{%[^ ,:)]+}} scale {{%[^ ,:)]+}} axis 1 epsilon 1.000000e-05 : tensor<?x64xf32> scale tensor<64xf32> -> tensor<?x64xf32>
  %r = llmc.norm rms %x scale %s axis 1 epsilon 1.000000e-05 : tensor<?x64xf32> scale tensor<64xf32> -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

// CHECK-LABEL: @bias_without_scale(
func.func @bias_without_scale(%x: tensor<?x64xf32>, %b: tensor<64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.norm layer {{%[^ ,:)]+}} bias {{%[^ ,:)]+}} axis 1 epsilon 1.000000e-05 : tensor<?x64xf32> bias tensor<64xf32> -> tensor<?x64xf32>
  %r = llmc.norm layer %x bias %b axis 1 epsilon 1.000000e-05 : tensor<?x64xf32> bias tensor<64xf32> -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

// CHECK-LABEL: @plain(
func.func @plain(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.norm rms {{%[^ ,:)]+}} axis 1 epsilon 1.000000e-05 : tensor<?x64xf32> -> tensor<?x64xf32>
  %r = llmc.norm rms %x axis 1 epsilon 1.000000e-05 : tensor<?x64xf32> -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

// -----

func.func @norm_c1(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+2 {{axis must be within the rank}}
  // expected-error@+1 {{'llmc.norm' op failed to infer returned types}}
  %r = llmc.norm rms %x axis 2 epsilon 1.0e-05 : tensor<2x3xf32> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// -----

func.func @norm_c2_size(%x: tensor<2x3xf32>, %s: tensor<4xf32>) -> tensor<2x3xf32> {
  // expected-error@+2 {{scale or bias does not fit the input: 4 and 3}}
  // expected-error@+1 {{'llmc.norm' op failed to infer returned types}}
  %r = llmc.norm rms %x scale %s axis 1 epsilon 1.0e-05 : tensor<2x3xf32> scale tensor<4xf32> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// -----

func.func @norm_c2_type(%x: tensor<2x3xf32>, %s: tensor<3xf16>) -> tensor<2x3xf32> {
  // expected-error@+2 {{scale and bias must broadcast to the input and have its element type}}
  // expected-error@+1 {{'llmc.norm' op failed to infer returned types}}
  %r = llmc.norm rms %x scale %s axis 1 epsilon 1.0e-05 : tensor<2x3xf32> scale tensor<3xf16> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}
