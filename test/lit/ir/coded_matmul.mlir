// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @ends_in_the_last_panel(
func.func @ends_in_the_last_panel(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // CHECK: llmc.coded_matmul %arg0 steps %arg1 sums %arg2, %arg3 scales %arg4 zeros %arg5 columns 20 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c1_bytes(%x: tensor<2x?x32xf32>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{the left side must be i8, [K / block, M, block]}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x32xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c1_rank(%x: tensor<?x64xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{the left side must be i8, [K / block, M, block]}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<?x64xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c1_steps(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf16>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{steps and sums must be f32, [K / block, M]}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf16>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c1_blocks(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<3x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{steps or sums differ from the left side: 3 and 2}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<3x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c1_rows(%x: tensor<2x3x32xi8>, %d: tensor<2x3xf32>, %t: tensor<2x4xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<3x20xf32> {
  // expected-error@+2 {{steps or sums differ from the left side: 4 and 3}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x3x32xi8>, tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<3x20xf32>
  return %r : tensor<3x20xf32>
}

// -----

func.func @coded_matmul_c2_bits(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{codes must have 2, 4 or 8 bits, and blocks a multiple of 32 rows, at most 256}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 3 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c2_block(%x: tensor<2x?x48xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{codes must have 2, 4 or 8 bits, and blocks a multiple of 32 rows, at most 256}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x48xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c3_types(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xf64>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{codes must be i8 in panels of words, scales floats of at most 32 bits, and zeros i8}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xf64>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c3_words(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x9x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{contracted sizes differ: 8 and 9}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x9x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c3_panels(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x32xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{scales and zeros must lie in panels as the codes do, one for each block}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x32xbf16>, tensor<2x2x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c3_blocks(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x3x16x1xi8>) -> tensor<?x20xf32> {
  // expected-error@+2 {{scales or zeros differ from the blocks: 3 and 2}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 20 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x3x16x1xi8> -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}

// -----

func.func @coded_matmul_c4_few(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x16xf32> {
  // expected-error@+2 {{columns must end in the last panel}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 16 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x16xf32>
  return %r : tensor<?x16xf32>
}

// -----

func.func @coded_matmul_c4_many(%x: tensor<2x?x32xi8>, %d: tensor<2x?xf32>, %t: tensor<2x?xf32>, %c: tensor<2x8x16x4xi8>, %s: tensor<2x2x16x1xbf16>, %z: tensor<2x2x16x1xi8>) -> tensor<?x33xf32> {
  // expected-error@+2 {{columns must end in the last panel}}
  // expected-error@+1 {{'llmc.coded_matmul' op failed to infer returned types}}
  %r = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 33 bits 4 : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8> -> tensor<?x33xf32>
  return %r : tensor<?x33xf32>
}
