// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @blocks_that_are_not_full(
func.func @blocks_that_are_not_full(%c: tensor<4x?xi8>, %s: tensor<2x?xf16>) -> tensor<7x?xf32> {
  // CHECK: llmc.decode %arg0 scales %arg1 axis 0 size 7 bits 4 block 4 centered to f32 : tensor<4x?xi8>, tensor<2x?xf16> -> tensor<7x?xf32>
  %r = llmc.decode %c scales %s axis 0 size 7 bits 4 block 4 centered to f32 : tensor<4x?xi8>, tensor<2x?xf16> -> tensor<7x?xf32>
  return %r : tensor<7x?xf32>
}

// CHECK-LABEL: @zeros(
func.func @zeros(%c: tensor<3x2xi8>, %s: tensor<3x1xf32>, %z: tensor<3x1xi8>) -> tensor<3x8xbf16> {
  // CHECK: llmc.decode %arg0 scales %arg1 zeros %arg2 axis 1 size 8 bits 2 block 8 to bf16 : tensor<3x2xi8>, tensor<3x1xf32>, tensor<3x1xi8> -> tensor<3x8xbf16>
  %r = llmc.decode %c scales %s zeros %z axis 1 size 8 bits 2 block 8 to bf16 : tensor<3x2xi8>, tensor<3x1xf32>, tensor<3x1xi8> -> tensor<3x8xbf16>
  return %r : tensor<3x8xbf16>
}

// CHECK-LABEL: @groups(
func.func @groups(%c: tensor<2x5x16x4xi8>, %s: tensor<2x2x16x1xf32>) -> tensor<2x37x16x1xf32> {
  // CHECK: llmc.decode %arg0 scales %arg1 axis 1 size 37 bits 4 block 32 group 4 to f32 : tensor<2x5x16x4xi8>, tensor<2x2x16x1xf32> -> tensor<2x37x16x1xf32>
  %r = llmc.decode %c scales %s axis 1 size 37 bits 4 block 32 group 4 to f32 : tensor<2x5x16x4xi8>, tensor<2x2x16x1xf32> -> tensor<2x37x16x1xf32>
  return %r : tensor<2x37x16x1xf32>
}

// -----

func.func @decode_c1_codes(%c: tensor<4x2xi16>, %s: tensor<2x2xf32>) -> tensor<8x2xf32> {
  // expected-error@+2 {{codes must be i8, scales at most f32, zeros i8 or f32, and the axis one of theirs}}
  // expected-error@+1 {{'llmc.decode' op failed to infer returned types}}
  %r = llmc.decode %c scales %s axis 0 size 8 bits 4 block 4 to f32 : tensor<4x2xi16>, tensor<2x2xf32> -> tensor<8x2xf32>
  return %r : tensor<8x2xf32>
}

// -----

func.func @decode_c2_bits(%c: tensor<4x2xi8>, %s: tensor<2x2xf32>) -> tensor<8x2xf32> {
  // expected-error@+2 {{codes must have 2, 4 or 8 bits, and blocks and the axis a positive size}}
  // expected-error@+1 {{'llmc.decode' op failed to infer returned types}}
  %r = llmc.decode %c scales %s axis 0 size 8 bits 3 block 4 to f32 : tensor<4x2xi8>, tensor<2x2xf32> -> tensor<8x2xf32>
  return %r : tensor<8x2xf32>
}

// -----

func.func @decode_c3_blocks(%c: tensor<4x2xi8>, %s: tensor<3x2xf32>) -> tensor<8x2xf32> {
  // expected-error@+2 {{scales differ from the blocks}}
  // expected-error@+1 {{'llmc.decode' op failed to infer returned types}}
  %r = llmc.decode %c scales %s axis 0 size 8 bits 4 block 4 to f32 : tensor<4x2xi8>, tensor<3x2xf32> -> tensor<8x2xf32>
  return %r : tensor<8x2xf32>
}

// -----

func.func @decode_c3_ranks(%c: tensor<4x2xi8>, %s: tensor<2xf32>) -> tensor<8x2xf32> {
  // expected-error@+2 {{codes, scales and zeros must have one rank}}
  // expected-error@+1 {{'llmc.decode' op failed to infer returned types}}
  %r = llmc.decode %c scales %s axis 0 size 8 bits 4 block 4 to f32 : tensor<4x2xi8>, tensor<2xf32> -> tensor<8x2xf32>
  return %r : tensor<8x2xf32>
}

// -----

func.func @decode_c4_group(%c: tensor<4x2x2xi8>, %s: tensor<2x2x1xf32>) -> tensor<16x2x1xf32> {
  // expected-error@+2 {{bytes lie side by side in groups of 4, along the last axis, or not at all}}
  // expected-error@+1 {{'llmc.decode' op failed to infer returned types}}
  %r = llmc.decode %c scales %s axis 0 size 16 bits 4 block 8 group 2 to f32 : tensor<4x2x2xi8>, tensor<2x2x1xf32> -> tensor<16x2x1xf32>
  return %r : tensor<16x2x1xf32>
}

// -----

// CHECK-LABEL: @levels(
func.func @levels(%c: tensor<35x3xi8>, %b: tensor<7x3xi8>, %s: tensor<2x3xbf16>, %t: tensor<1x3xf32>) -> (tensor<70x3xf32>, tensor<7x3xf32>) {
  // CHECK: llmc.decode %arg0 scales %arg2 axis 0 size 70 bits 4 block 64 levels nf4 to f32 : tensor<35x3xi8>, tensor<2x3xbf16> -> tensor<70x3xf32>
  %r = llmc.decode %c scales %s axis 0 size 70 bits 4 block 64 levels nf4 to f32 : tensor<35x3xi8>, tensor<2x3xbf16> -> tensor<70x3xf32>
  // CHECK: llmc.decode %arg1 scales %arg3 axis 0 size 7 bits 8 block 7 levels f8E4M3FN to f32 : tensor<7x3xi8>, tensor<1x3xf32> -> tensor<7x3xf32>
  %f = llmc.decode %b scales %t axis 0 size 7 bits 8 block 7 levels f8E4M3FN to f32 : tensor<7x3xi8>, tensor<1x3xf32> -> tensor<7x3xf32>
  return %r, %f : tensor<70x3xf32>, tensor<7x3xf32>
}

// -----

func.func @decode_c5_bits(%c: tensor<8x2xi8>, %s: tensor<2x2xf32>) -> tensor<8x2xf32> {
  // expected-error@+2 {{codes of nf4 have 4 bits, and neither zeros nor a center}}
  // expected-error@+1 {{'llmc.decode' op failed to infer returned types}}
  %r = llmc.decode %c scales %s axis 0 size 8 bits 8 block 4 levels nf4 to f32 : tensor<8x2xi8>, tensor<2x2xf32> -> tensor<8x2xf32>
  return %r : tensor<8x2xf32>
}

// -----

func.func @decode_c5_center(%c: tensor<8x2xi8>, %s: tensor<2x2xf32>) -> tensor<8x2xf32> {
  // expected-error@+2 {{codes of f8E4M3FN have 8 bits, and neither zeros nor a center}}
  // expected-error@+1 {{'llmc.decode' op failed to infer returned types}}
  %r = llmc.decode %c scales %s axis 0 size 8 bits 8 block 4 centered levels f8E4M3FN to f32 : tensor<8x2xi8>, tensor<2x2xf32> -> tensor<8x2xf32>
  return %r : tensor<8x2xf32>
}
