// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @batches_broadcast(
func.func @batches_broadcast(%a: tensor<?x?x64xf32>, %b: tensor<64x128xf32>) -> tensor<?x?x128xf32> {
  // CHECK: llmc.matmul {{%[^ ,:)]+}}, {{%[^ ,:)]+}} : tensor<?x?x64xf32>, tensor<64x128xf32> -> tensor<?x?x128xf32>
  %r = llmc.matmul %a, %b : tensor<?x?x64xf32>, tensor<64x128xf32> -> tensor<?x?x128xf32>
  return %r : tensor<?x?x128xf32>
}

// CHECK-LABEL: @bytes_sum_to_words(
func.func @bytes_sum_to_words(%a: tensor<2x3xi8>, %b: tensor<3x4xi8>) -> tensor<2x4xi32> {
  // CHECK: llmc.matmul {{%[^ ,:)]+}}, {{%[^ ,:)]+}} : tensor<2x3xi8>, tensor<3x4xi8> -> tensor<2x4xi32>
  %r = llmc.matmul %a, %b : tensor<2x3xi8>, tensor<3x4xi8> -> tensor<2x4xi32>
  return %r : tensor<2x4xi32>
}

// CHECK-LABEL: @bytes_without_signs(
func.func @bytes_without_signs(%a: tensor<2x3xi8>, %b: tensor<3x4xi8>) -> (tensor<2x4xi32>, tensor<2x4xi32>) {
  // CHECK: llmc.matmul %arg0 unsigned, %arg1 : tensor<2x3xi8>, tensor<3x4xi8> -> tensor<2x4xi32>
  // CHECK: llmc.matmul %arg0 unsigned, %arg1 unsigned : tensor<2x3xi8>, tensor<3x4xi8> -> tensor<2x4xi32>
  %r = llmc.matmul %a unsigned, %b : tensor<2x3xi8>, tensor<3x4xi8> -> tensor<2x4xi32>
  %s = llmc.matmul %a unsigned, %b unsigned : tensor<2x3xi8>, tensor<3x4xi8> -> tensor<2x4xi32>
  return %r, %s : tensor<2x4xi32>, tensor<2x4xi32>
}

// CHECK-LABEL: @sums_that_stay_wide(
func.func @sums_that_stay_wide(%a: tensor<?x3xbf16>, %b: tensor<3x4xbf16>, %c: tensor<2x3xf16>, %d: tensor<3x4xf16>) {
  // CHECK: llmc.matmul %arg0, %arg1 wide : tensor<?x3xbf16>, tensor<3x4xbf16> -> tensor<?x4xf32>
  // CHECK: llmc.matmul %arg2, %arg3 wide : tensor<2x3xf16>, tensor<3x4xf16> -> tensor<2x4xf32>
  %r = llmc.matmul %a, %b wide : tensor<?x3xbf16>, tensor<3x4xbf16> -> tensor<?x4xf32>
  %s = llmc.matmul %c, %d wide : tensor<2x3xf16>, tensor<3x4xf16> -> tensor<2x4xf32>
  return
}

// CHECK-LABEL: @right_sides_of_fewer_bits(
func.func @right_sides_of_fewer_bits(%a: tensor<?x3xf32>, %b: tensor<3x4xbf16>, %c: tensor<3x4xf16>) {
  // CHECK: llmc.matmul %arg0, %arg1 : tensor<?x3xf32>, tensor<3x4xbf16> -> tensor<?x4xf32>
  // CHECK: llmc.matmul %arg0, %arg2 : tensor<?x3xf32>, tensor<3x4xf16> -> tensor<?x4xf32>
  %r = llmc.matmul %a, %b : tensor<?x3xf32>, tensor<3x4xbf16> -> tensor<?x4xf32>
  %s = llmc.matmul %a, %c : tensor<?x3xf32>, tensor<3x4xf16> -> tensor<?x4xf32>
  return
}

// -----

func.func @matmul_c1_left_of_fewer_bits(%a: tensor<2x3xf16>, %b: tensor<3x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+2 {{operands must be matrices of one element type, or f32 and f16 or bf16}}
  // expected-error@+1 {{'llmc.matmul' op failed to infer returned types}}
  %r = llmc.matmul %a, %b : tensor<2x3xf16>, tensor<3x4xf32> -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}

// -----

func.func @matmul_c1_wide(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+2 {{only products of f16 and bf16 can be wide}}
  // expected-error@+1 {{'llmc.matmul' op failed to infer returned types}}
  %r = llmc.matmul %a, %b wide : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}

// -----

func.func @matmul_c1_signs(%a: tensor<2x3xi32>, %b: tensor<3x4xi32>) -> tensor<2x4xi32> {
  // expected-error@+2 {{only operands of i8 can be unsigned}}
  // expected-error@+1 {{'llmc.matmul' op failed to infer returned types}}
  %r = llmc.matmul %a unsigned, %b : tensor<2x3xi32>, tensor<3x4xi32> -> tensor<2x4xi32>
  return %r : tensor<2x4xi32>
}

// -----

func.func @matmul_c1_rank(%a: tensor<3xf32>, %b: tensor<3x4xf32>) -> tensor<4xf32> {
  // expected-error@+2 {{operands must be matrices of one element type, or f32 and f16 or bf16}}
  // expected-error@+1 {{'llmc.matmul' op failed to infer returned types}}
  %r = llmc.matmul %a, %b : tensor<3xf32>, tensor<3x4xf32> -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

func.func @matmul_c1_types(%a: tensor<2x3xf32>, %b: tensor<3x4xf64>) -> tensor<2x4xf32> {
  // expected-error@+2 {{operands must be matrices of one element type, or f32 and f16 or bf16}}
  // expected-error@+1 {{'llmc.matmul' op failed to infer returned types}}
  %r = llmc.matmul %a, %b : tensor<2x3xf32>, tensor<3x4xf64> -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}

// -----

func.func @matmul_c2(%a: tensor<2x3xf32>, %b: tensor<4x5xf32>) -> tensor<2x5xf32> {
  // expected-error@+2 {{contracted sizes differ: 3 and 4}}
  // expected-error@+1 {{'llmc.matmul' op failed to infer returned types}}
  %r = llmc.matmul %a, %b : tensor<2x3xf32>, tensor<4x5xf32> -> tensor<2x5xf32>
  return %r : tensor<2x5xf32>
}

// -----

func.func @matmul_c3(%a: tensor<2x2x3xf32>, %b: tensor<4x3x5xf32>) -> tensor<4x2x5xf32> {
  // expected-error@+2 {{batch sizes do not broadcast: 2 and 4}}
  // expected-error@+1 {{'llmc.matmul' op failed to infer returned types}}
  %r = llmc.matmul %a, %b : tensor<2x2x3xf32>, tensor<4x3x5xf32> -> tensor<4x2x5xf32>
  return %r : tensor<4x2x5xf32>
}

// -----

func.func @matmul_result(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>) -> tensor<2x6xf32> {
  // expected-error@+2 {{'llmc.matmul' op inferred type(s) 'tensor<2x5xf32>' are incompatible with return type(s) of operation 'tensor<2x6xf32>'}}
  // expected-error@+1 {{'llmc.matmul' op failed to infer returned types}}
  %r = llmc.matmul %a, %b : tensor<2x3xf32>, tensor<3x5xf32> -> tensor<2x6xf32>
  return %r : tensor<2x6xf32>
}
