// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @ends_in_the_last_panel(
func.func @ends_in_the_last_panel(%a: tensor<?x64xf32>, %p: tensor<3x64x16x1xf32>) -> tensor<?x40xf32> {
  // CHECK: llmc.packed_matmul {{%[^ ,:)]+}}, {{%[^ ,:)]+}} columns 40 : tensor<?x64xf32>, tensor<3x64x16x1xf32> -> tensor<?x40xf32>
  %r = llmc.packed_matmul %a, %p columns 40 : tensor<?x64xf32>, tensor<3x64x16x1xf32> -> tensor<?x40xf32>
  return %r : tensor<?x40xf32>
}

// -----

func.func @packed_matmul_c1_rank(%a: tensor<?x64xf32>, %p: tensor<64x16x1xf32>) -> tensor<?x40xf32> {
  // expected-error@+2 {{panels must have the form [N / panel, K / group, panel, group] and the left side's element type}}
  // expected-error@+1 {{'llmc.packed_matmul' op failed to infer returned types}}
  %r = llmc.packed_matmul %a, %p columns 40 : tensor<?x64xf32>, tensor<64x16x1xf32> -> tensor<?x40xf32>
  return %r : tensor<?x40xf32>
}

// -----

func.func @packed_matmul_c1_group(%a: tensor<?x64xf32>, %p: tensor<3x32x16x2xf32>) -> tensor<?x40xf32> {
  // expected-error@+2 {{rows lie side by side in groups of 4 where they are i8, of 2 where they are bf16, and not at all otherwise}}
  // expected-error@+1 {{'llmc.packed_matmul' op failed to infer returned types}}
  %r = llmc.packed_matmul %a, %p columns 40 : tensor<?x64xf32>, tensor<3x32x16x2xf32> -> tensor<?x40xf32>
  return %r : tensor<?x40xf32>
}

// -----

func.func @packed_matmul_c1_contracted(%a: tensor<?x63xf32>, %p: tensor<3x64x16x1xf32>) -> tensor<?x40xf32> {
  // expected-error@+2 {{contracted sizes differ: 63 and 64}}
  // expected-error@+1 {{'llmc.packed_matmul' op failed to infer returned types}}
  %r = llmc.packed_matmul %a, %p columns 40 : tensor<?x63xf32>, tensor<3x64x16x1xf32> -> tensor<?x40xf32>
  return %r : tensor<?x40xf32>
}

// -----

func.func @packed_matmul_c2_few(%a: tensor<?x64xf32>, %p: tensor<3x64x16x1xf32>) -> tensor<?x32xf32> {
  // expected-error@+2 {{columns must end in the last panel}}
  // expected-error@+1 {{'llmc.packed_matmul' op failed to infer returned types}}
  %r = llmc.packed_matmul %a, %p columns 32 : tensor<?x64xf32>, tensor<3x64x16x1xf32> -> tensor<?x32xf32>
  return %r : tensor<?x32xf32>
}

// -----

func.func @packed_matmul_c2_many(%a: tensor<?x64xf32>, %p: tensor<3x64x16x1xf32>) -> tensor<?x49xf32> {
  // expected-error@+2 {{columns must end in the last panel}}
  // expected-error@+1 {{'llmc.packed_matmul' op failed to infer returned types}}
  %r = llmc.packed_matmul %a, %p columns 49 : tensor<?x64xf32>, tensor<3x64x16x1xf32> -> tensor<?x49xf32>
  return %r : tensor<?x49xf32>
}

// -----

// CHECK-LABEL: @bytes
// CHECK: llmc.packed_matmul %arg0 unsigned, %arg1 columns 40 : tensor<?x62xi8>, tensor<3x16x16x4xi8> -> tensor<?x40xi32>
// CHECK: llmc.packed_matmul %arg0, %arg1 unsigned columns 40
func.func @bytes(%a: tensor<?x62xi8>, %p: tensor<3x16x16x4xi8>) {
  %r = llmc.packed_matmul %a unsigned, %p columns 40 : tensor<?x62xi8>, tensor<3x16x16x4xi8> -> tensor<?x40xi32>
  %s = llmc.packed_matmul %a, %p unsigned columns 40 : tensor<?x62xi8>, tensor<3x16x16x4xi8> -> tensor<?x40xi32>
  return
}

// -----

// CHECK-LABEL: @halves
// CHECK: llmc.packed_matmul %arg0, %arg1 columns 40 wide : tensor<?x31xbf16>, tensor<3x16x16x2xbf16> -> tensor<?x40xf32>
// CHECK: llmc.packed_matmul %arg0, %arg1 columns 40 : tensor<?x31xbf16>, tensor<3x16x16x2xbf16> -> tensor<?x40xbf16>
func.func @halves(%a: tensor<?x31xbf16>, %p: tensor<3x16x16x2xbf16>) {
  %r = llmc.packed_matmul %a, %p columns 40 wide : tensor<?x31xbf16>, tensor<3x16x16x2xbf16> -> tensor<?x40xf32>
  %s = llmc.packed_matmul %a, %p columns 40 : tensor<?x31xbf16>, tensor<3x16x16x2xbf16> -> tensor<?x40xbf16>
  return
}

// -----

func.func @bytes_that_do_not_fit(%a: tensor<?x60xi8>, %p: tensor<3x16x16x4xi8>) {
  // expected-error@+2 {{contracted sizes differ}}
  // expected-error@+1 {{'llmc.packed_matmul' op failed to infer returned types}}
  %r = llmc.packed_matmul %a, %p columns 40 : tensor<?x60xi8>, tensor<3x16x16x4xi8> -> tensor<?x40xi32>
  return
}

// -----

func.func @floats_have_signs(%a: tensor<?x64xf32>, %p: tensor<3x64x16x1xf32>) {
  // expected-error@+2 {{only operands of i8 can be unsigned}}
  // expected-error@+1 {{'llmc.packed_matmul' op failed to infer returned types}}
  %r = llmc.packed_matmul %a unsigned, %p columns 40 : tensor<?x64xf32>, tensor<3x64x16x1xf32> -> tensor<?x40xf32>
  return
}
