// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @ends_in_the_last_panel(
func.func @ends_in_the_last_panel(%a: tensor<?x64xf32>, %p: tensor<3x64x16x1xf32>) -> tensor<?x40xf32> {
  // CHECK: llmc.packed_matmul {{%[^ ,:)]+}}, {{%[^ ,:)]+}} columns 40 : tensor<?x64xf32>, tensor<3x64x16x1xf32> -> tensor<?x40xf32>
  %r = llmc.packed_matmul %a, %p columns 40 : tensor<?x64xf32>, tensor<3x64x16x1xf32> -> tensor<?x40xf32>
  return %r : tensor<?x40xf32>
}

// -----

func.func @packed_matmul_c1_rank(%a: tensor<?x64xf32>, %p: tensor<64x16x1xf32>) -> tensor<?x40xf32> {
  // expected-error@+2 {{panels must have the form [N / panel, K, panel, 1] and the left side's element type}}
  // expected-error@+1 {{'llmc.packed_matmul' op failed to infer returned types}}
  %r = llmc.packed_matmul %a, %p columns 40 : tensor<?x64xf32>, tensor<64x16x1xf32> -> tensor<?x40xf32>
  return %r : tensor<?x40xf32>
}

// -----

func.func @packed_matmul_c1_group(%a: tensor<?x64xf32>, %p: tensor<3x32x16x2xf32>) -> tensor<?x40xf32> {
  // expected-error@+2 {{panels must have the form [N / panel, K, panel, 1] and the left side's element type}}
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
