// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @by_themselves(
func.func @by_themselves(%w: tensor<70x64xf16>) -> (tensor<35x64xi8>, tensor<3x64xbf16>, tensor<3x64xi8>) {
  // CHECK: llmc.encode %arg0 bits 4 block 32 : tensor<70x64xf16> -> tensor<35x64xi8>, tensor<3x64xbf16>, tensor<3x64xi8>
  %c, %s, %z = llmc.encode %w bits 4 block 32 : tensor<70x64xf16> -> tensor<35x64xi8>, tensor<3x64xbf16>, tensor<3x64xi8>
  return %c, %s, %z : tensor<35x64xi8>, tensor<3x64xbf16>, tensor<3x64xi8>
}

// CHECK-LABEL: @with_moments(
func.func @with_moments(%w: tensor<7x2xf32>, %m: tensor<7x7xf32>) -> tensor<2x2xi8> {
  // CHECK: llmc.encode %arg0 moments %arg1 bits 2 block 9 : tensor<7x2xf32>, tensor<7x7xf32> -> tensor<2x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  %c, %s, %z = llmc.encode %w moments %m bits 2 block 9 : tensor<7x2xf32>, tensor<7x7xf32> -> tensor<2x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  return %c : tensor<2x2xi8>
}

// CHECK-LABEL: @symmetric(
func.func @symmetric(%w: tensor<7x2xf32>) -> (tensor<7x2xi8>, tensor<1x2xf32>) {
  // CHECK: llmc.encode %arg0 bits 8 block 7 symmetric : tensor<7x2xf32> -> tensor<7x2xi8>, tensor<1x2xf32>, tensor<1x2xi8>
  %c, %s, %z = llmc.encode %w bits 8 block 7 symmetric : tensor<7x2xf32> -> tensor<7x2xi8>, tensor<1x2xf32>, tensor<1x2xi8>
  return %c, %s : tensor<7x2xi8>, tensor<1x2xf32>
}

// -----

func.func @encode_c1_sizes(%w: tensor<?x2xf32>) -> tensor<2x2xi8> {
  // expected-error@+1 {{takes matrices of static sizes that are not empty, of floats of at most 32 bits}}
  %c, %s, %z = llmc.encode %w bits 8 block 2 : tensor<?x2xf32> -> tensor<2x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  return %c : tensor<2x2xi8>
}

// -----

func.func @encode_c1_moments(%w: tensor<2x2xf32>, %m: tensor<2x2xf64>) -> tensor<2x2xi8> {
  // expected-error@+1 {{takes matrices of static sizes that are not empty, of floats of at most 32 bits}}
  %c, %s, %z = llmc.encode %w moments %m bits 8 block 2 : tensor<2x2xf32>, tensor<2x2xf64> -> tensor<2x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  return %c : tensor<2x2xi8>
}

// -----

func.func @encode_c2(%w: tensor<2x2xf32>) -> tensor<2x2xi8> {
  // expected-error@+1 {{makes codes of 2, 4 or 8 bits, in blocks of a positive size}}
  %c, %s, %z = llmc.encode %w bits 3 block 2 : tensor<2x2xf32> -> tensor<2x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  return %c : tensor<2x2xi8>
}

// -----

func.func @encode_c3(%w: tensor<2x3xf32>, %m: tensor<3x3xf32>) -> tensor<2x3xi8> {
  // expected-error@+1 {{takes moments of 2 x 2, one for each two rows}}
  %c, %s, %z = llmc.encode %w moments %m bits 8 block 2 : tensor<2x3xf32>, tensor<3x3xf32> -> tensor<2x3xi8>, tensor<1x3xbf16>, tensor<1x3xi8>
  return %c : tensor<2x3xi8>
}

// -----

func.func @encode_c4(%w: tensor<3x2xf32>) -> tensor<3x2xi8> {
  // expected-error@+1 {{gives 'tensor<2x2xi8>', 'tensor<2x2xbf16>', 'tensor<2x2xi8>'}}
  %c, %s, %z = llmc.encode %w bits 4 block 2 : tensor<3x2xf32> -> tensor<3x2xi8>, tensor<2x2xbf16>, tensor<2x2xi8>
  return %c : tensor<3x2xi8>
}

// -----

func.func @encode_c5(%w: tensor<3x2xf32>) -> tensor<2x2xi8> {
  // expected-error@+1 {{makes such codes of 8 bits only}}
  %c, %s, %z = llmc.encode %w bits 4 block 3 symmetric : tensor<3x2xf32> -> tensor<2x2xi8>, tensor<1x2xf32>, tensor<1x2xi8>
  return %c : tensor<2x2xi8>
}

// -----

// CHECK-LABEL: @of_levels(
func.func @of_levels(%w: tensor<70x2xf32>) -> (tensor<35x2xi8>, tensor<70x2xi8>, tensor<2x2xi8>) {
  // CHECK: llmc.encode %arg0 bits 4 block 64 levels nf4 : tensor<70x2xf32> -> tensor<35x2xi8>, tensor<2x2xbf16>, tensor<2x2xi8>
  %c, %s, %z = llmc.encode %w bits 4 block 64 levels nf4 : tensor<70x2xf32> -> tensor<35x2xi8>, tensor<2x2xbf16>, tensor<2x2xi8>
  // CHECK: llmc.encode %arg0 bits 8 block 70 levels f8E4M3FN : tensor<70x2xf32> -> tensor<70x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  %d, %t, %y = llmc.encode %w bits 8 block 70 levels f8E4M3FN : tensor<70x2xf32> -> tensor<70x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  // CHECK: llmc.encode %arg0 bits 4 block 64 centered : tensor<70x2xf32> -> tensor<35x2xi8>, tensor<2x2xbf16>, tensor<2x2xi8>
  %e, %u, %x = llmc.encode %w bits 4 block 64 centered : tensor<70x2xf32> -> tensor<35x2xi8>, tensor<2x2xbf16>, tensor<2x2xi8>
  return %c, %d, %x : tensor<35x2xi8>, tensor<70x2xi8>, tensor<2x2xi8>
}

// -----

func.func @encode_c5_levels(%w: tensor<3x2xf32>) -> tensor<3x2xi8> {
  // expected-error@+1 {{makes such codes of 4 bits only}}
  %c, %s, %z = llmc.encode %w bits 8 block 3 levels nf4 : tensor<3x2xf32> -> tensor<3x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  return %c : tensor<3x2xi8>
}

// -----

func.func @encode_c5_both(%w: tensor<3x2xf32>) -> tensor<2x2xi8> {
  // expected-error@+1 {{makes codes that are symmetric, or centered, or have levels}}
  %c, %s, %z = llmc.encode %w bits 4 block 3 centered levels nf4 : tensor<3x2xf32> -> tensor<2x2xi8>, tensor<1x2xbf16>, tensor<1x2xi8>
  return %c : tensor<2x2xi8>
}

// -----

// expected-error@+1 {{llmc.moments gives names of weights the weights of the module with what was measured}}
module attributes {llmc.moments = {w = @nowhere}} {
  llmc.weight @m : tensor<2x2xf32> from "m.bin" at 0
}

// -----

// expected-error@+1 {{llmc.extents gives names of weights the weights of the module with what was measured}}
module attributes {llmc.extents = {w = 5}} {
}
