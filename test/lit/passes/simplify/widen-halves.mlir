// RUN: llmc-opt %s --split-input-file --llmc-widen-halves | FileCheck %s

llmc.weight @w : tensor<64x64xf16> from "w.bin" at 0
llmc.weight @bias : tensor<64xf16> from "w.bin" at 8192

// Sums are those of f32; the matrix stays what it is, also where it is moved first, and the bias is widened where it is added.
// CHECK-LABEL: @computes_in_f32
// CHECK-SAME: attributes {llmc.halves = f16}
func.func @computes_in_f32(%x: tensor<?x64xf16> {llmc.dims = ["n", "64"]}) -> tensor<?x64xf16> {
  // CHECK: %[[T:.*]] = llmc.transpose {{.*}} : tensor<64x64xf16> -> tensor<64x64xf16>
  // CHECK: %[[X:.*]] = llmc.map (%{{.*}} = %arg0 : tensor<?x64xf16>) -> tensor<?x64xf32>
  // CHECK: %[[P:.*]] = llmc.matmul %[[X]], %[[T]] : tensor<?x64xf32>, tensor<64x64xf16> -> tensor<?x64xf32>
  // CHECK: llmc.map (%[[A:.*]] = %[[P]] : tensor<?x64xf32>, %[[B:.*]] = %{{.*}} : tensor<64xf16>) -> tensor<?x64xf32> {
  // CHECK-NEXT: %[[W:.*]] = arith.extf %[[B]] : f16 to f32
  // CHECK-NEXT: arith.addf %[[A]], %[[W]] : f32
  // CHECK: arith.truncf
  // CHECK: return %{{.*}} : tensor<?x64xf16>
  %w = llmc.get_weight @w : tensor<64x64xf16>
  %b = llmc.get_weight @bias : tensor<64xf16>
  %t = llmc.transpose %w perm [1, 0] : tensor<64x64xf16> -> tensor<64x64xf16>
  %p = llmc.matmul %x, %t : tensor<?x64xf16>, tensor<64x64xf16> -> tensor<?x64xf16>
  %y = llmc.map (%a = %p : tensor<?x64xf16>, %c = %b : tensor<64xf16>) -> tensor<?x64xf16> {
    %s = arith.addf %a, %c : f16
    llmc.yield %s : f16
  }
  return %y : tensor<?x64xf16>
}

// -----

// What is converted to 16 bits by name is rounded, and widened again; constants are those of f32, and so are what reductions begin
// with and what regions compute.
// CHECK-LABEL: @conversions_round
func.func @conversions_round(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"]}) -> tensor<?x1xf32> {
  // CHECK: llmc.constant dense<5.000000e-01> : tensor<f32>
  // CHECK: %[[H:.*]] = llmc.map (%[[A:.*]] = %arg0 : tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK-NEXT: %[[T:.*]] = arith.truncf %[[A]] : f32 to f16
  // CHECK-NEXT: %[[E:.*]] = arith.extf %[[T]] : f16 to f32
  // CHECK-NEXT: llmc.yield %[[E]]
  // CHECK: llmc.map
  // CHECK-NEXT: %[[TWO:.*]] = arith.constant 2.000000e+00 : f32
  // CHECK: llmc.reduce %{{.*}} axes [1] init 0.000000e+00 : f32 : tensor<?x8xf32> -> tensor<?x1xf32>
  // CHECK-NOT: arith.truncf
  // CHECK: return
  %half = llmc.constant dense<0.5> : tensor<f16>
  %h = llmc.map (%a = %x : tensor<?x8xf32>) -> tensor<?x8xf16> {
    %r = arith.truncf %a : f32 to f16
    llmc.yield %r : f16
  }
  %s = llmc.map (%a = %h : tensor<?x8xf16>, %b = %half : tensor<f16>) -> tensor<?x8xf16> {
    %two = arith.constant 2.0 : f16
    %t = arith.mulf %a, %b : f16
    %r = arith.mulf %t, %two : f16
    llmc.yield %r : f16
  }
  %sum = llmc.reduce %s axes [1] init 0.0 : f16 : tensor<?x8xf16> -> tensor<?x1xf16> {
  ^bb0(%so_far: f16, %a: f16):
    %r = arith.addf %so_far, %a : f16
    llmc.yield %r : f16
  }
  %y = llmc.map (%a = %sum : tensor<?x1xf16>) -> tensor<?x1xf32> {
    %r = arith.extf %a : f16 to f32
    llmc.yield %r : f32
  }
  return %y : tensor<?x1xf32>
}

// -----

// A cache stays as it is stored, and what is appended to it is rounded; attention reads it widened.
// CHECK-LABEL: @caches_stay
func.func @caches_stay(%past: tensor<?x8xbf16> {llmc.dims = ["p", "8"]}, %x: tensor<?x8xbf16> {llmc.dims = ["n", "8"]})
    -> (tensor<?x8xbf16>, tensor<?x?xbf16>) {
  // CHECK: %[[X:.*]] = llmc.map (%{{.*}} = %arg1 : tensor<?x8xbf16>) -> tensor<?x8xf32>
  // CHECK: %[[E:.*]] = llmc.map (%{{.*}} = %[[X]] : tensor<?x8xf32>) -> tensor<?x8xf32>
  // CHECK: %[[N:.*]] = llmc.map (%{{.*}} = %[[E]] : tensor<?x8xf32>) -> tensor<?x8xbf16>
  // CHECK: %[[C:.*]] = llmc.concat %arg0, %[[N]] axis 0 : tensor<?x8xbf16>, tensor<?x8xbf16> -> tensor<?x8xbf16>
  // CHECK: %[[T:.*]] = llmc.transpose %[[C]] perm [1, 0] : tensor<?x8xbf16> -> tensor<8x?xbf16>
  // CHECK: %[[W:.*]] = llmc.map (%{{.*}} = %[[T]] : tensor<8x?xbf16>) -> tensor<8x?xf32>
  // CHECK: llmc.matmul %[[E]], %[[W]] : tensor<?x8xf32>, tensor<8x?xf32> -> tensor<?x?xf32>
  // CHECK: return %[[C]], %{{.*}} : tensor<?x8xbf16>, tensor<?x?xbf16>
  %e = llmc.map (%a = %x : tensor<?x8xbf16>) -> tensor<?x8xbf16> {
    %r = math.exp %a : bf16
    llmc.yield %r : bf16
  }
  %c = llmc.concat %past, %e axis 0 : tensor<?x8xbf16>, tensor<?x8xbf16> -> tensor<?x8xbf16>
  %t = llmc.transpose %c perm [1, 0] : tensor<?x8xbf16> -> tensor<8x?xbf16>
  %s = llmc.matmul %e, %t : tensor<?x8xbf16>, tensor<8x?xbf16> -> tensor<?x?xbf16>
  return %c, %s : tensor<?x8xbf16>, tensor<?x?xbf16>
}

// -----

llmc.weight @table : tensor<100x8xf16> from "w.bin" at 0

// Rows are picked as they are stored.
// CHECK-LABEL: @tables_stay
func.func @tables_stay(%i: tensor<?xi64> {llmc.dims = ["n"]}) -> tensor<?x8xf16> {
  // CHECK: %[[R:.*]] = llmc.gather {{.*}} -> tensor<?x8xf16>
  // CHECK: llmc.map (%{{.*}} = %[[R]] : tensor<?x8xf16>) -> tensor<?x8xf32>
  %w = llmc.get_weight @table : tensor<100x8xf16>
  %r = llmc.gather %w, %i axis 0 : tensor<100x8xf16>, tensor<?xi64> -> tensor<?x8xf16>
  %y = llmc.map (%a = %r : tensor<?x8xf16>) -> tensor<?x8xf16> {
    %r0 = math.exp %a : f16
    llmc.yield %r0 : f16
  }
  return %y : tensor<?x8xf16>
}

// -----

// Bits of a float are those of its type, and a product that someone made wide is what it was asked for.
// CHECK-LABEL: @keeps_what_depends_on_the_type
func.func @keeps_what_depends_on_the_type(%x: tensor<4x4xf16> {llmc.dims = ["4", "4"]})
    -> (tensor<4x4xi16>, tensor<4x4xf32>) {
  // CHECK: math.exp
  // CHECK: %[[N:.*]] = llmc.map (%{{.*}} = %{{.*}} : tensor<4x4xf32>) -> tensor<4x4xf16>
  // CHECK: llmc.map (%{{.*}} = %[[N]] : tensor<4x4xf16>) -> tensor<4x4xi16>
  // CHECK: arith.bitcast %{{.*}} : f16 to i16
  // CHECK: llmc.matmul %arg0, %arg0 wide : tensor<4x4xf16>, tensor<4x4xf16> -> tensor<4x4xf32>
  %e = llmc.map (%a = %x : tensor<4x4xf16>) -> tensor<4x4xf16> {
    %r = math.exp %a : f16
    llmc.yield %r : f16
  }
  %b = llmc.map (%a = %e : tensor<4x4xf16>) -> tensor<4x4xi16> {
    %r = arith.bitcast %a : f16 to i16
    llmc.yield %r : i16
  }
  %p = llmc.matmul %x, %x wide : tensor<4x4xf16>, tensor<4x4xf16> -> tensor<4x4xf32>
  return %b, %p : tensor<4x4xi16>, tensor<4x4xf32>
}

// -----

// CHECK-LABEL: @leaves_f32_alone
// CHECK-NOT: llmc.halves
func.func @leaves_f32_alone(%x: tensor<4xf32> {llmc.dims = ["4"]}) -> tensor<4xf32> {
  // CHECK-NEXT: llmc.map (%{{.*}} = %arg0 : tensor<4xf32>) -> tensor<4xf32>
  %y = llmc.map (%a = %x : tensor<4xf32>) -> tensor<4xf32> {
    %r = math.exp %a : f32
    llmc.yield %r : f32
  }
  return %y : tensor<4xf32>
}
