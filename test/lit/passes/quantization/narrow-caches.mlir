// RUN: llmc-opt %s --llmc-narrow-caches='rules=caches=int8' --split-input-file | FileCheck %s
// RUN: llmc-opt %s --llmc-narrow-caches='rules=caches=bf16' --split-input-file | FileCheck %s --check-prefix=HALF
// RUN: llmc-opt %s --llmc-narrow-caches='rules=caches=int8,past.v:caches=float' --split-input-file | FileCheck %s --check-prefix=SOME

// Codes and steps are inputs and outputs; both are read where attention reads, under its sizes.
// CHECK-LABEL: func.func @shared_heads(
// CHECK-SAME: %[[P:[a-z0-9]+]]: tensor<?x2x?x64xi8> {llmc.dims = ["b", "2", "p", "64"], llmc.dtype = 3 : i64, llmc.name = "past.k"}
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<?x2x?x1xf32> {llmc.dims = ["b", "2", "p", "1"], llmc.dtype = 1 : i64, llmc.name = "past.k.steps"}
// CHECK-SAME: tensor<?x2x?x64xi8> {llmc.dtype = 3 : i64, llmc.name = "present.k"}
// CHECK-SAME: tensor<?x2x?x1xf32> {llmc.dtype = 1 : i64, llmc.name = "present.k.steps"}
// CHECK-SAME: llmc.caches = [{axis = 3 : i64, codes = 3 : i64, dtype = 1 : i64, input = 1 : i64, input_steps = 5 : i64, output = 1 : i64, output_steps = 3 : i64}, {
// HALF-LABEL: func.func @shared_heads(
// HALF-SAME: %[[P:[a-z0-9]+]]: tensor<?x2x?x64xbf16>
// HALF-NOT: steps
// SOME-LABEL: func.func @shared_heads(
// SOME-SAME: tensor<?x2x?x64xi8>
// SOME-SAME: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "p", "64"], llmc.name = "past.v"}
func.func @shared_heads(
    %q: tensor<?x2x2x?x64xf32> {llmc.dims = ["b", "2", "2", "s", "64"]}, %past: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "p", "64"], llmc.name = "past.k"},
    %past_v: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "p", "64"], llmc.name = "past.v"},
    %new: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "s", "64"]}, %new_v: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "s", "64"]})
    -> (tensor<?x2x2x?x64xf32>, tensor<?x2x?x64xf32> {llmc.name = "present.k"}, tensor<?x2x?x64xf32> {llmc.name = "present.v"}) {
  %b = llmc.size "b"
  %n = llmc.size "p + s"
  // CHECK: %[[M:.*]] = llmc.reduce %{{.*}} axes [3]
  // CHECK: %[[NS:.*]] = llmc.map (%{{.*}} = %[[M]]
  // CHECK: %[[NC:.*]] = llmc.map (%{{.*}} = %{{.*}} : tensor<?x2x?x64xf32>, %{{.*}} = %[[NS]] : tensor<?x2x?x1xf32>) -> tensor<?x2x?x64xi8>
  // CHECK: math.roundeven
  // CHECK: %[[C:.*]] = llmc.concat %[[P]], %[[NC]] axis 2
  // CHECK: %[[T:.*]] = llmc.concat %[[S]], %[[NS]] axis 2
  // CHECK: %[[CV:.*]] = llmc.reshape %[[C]] {{.*}} -> tensor<?x2x1x?x64xi8>
  // CHECK: %[[TV:.*]] = llmc.reshape %[[T]] {{.*}} -> tensor<?x2x1x?x1xf32>
  // CHECK: %[[K:.*]] = llmc.map (%{{.*}} = %[[CV]] : tensor<?x2x1x?x64xi8>, %{{.*}} = %[[TV]] : tensor<?x2x1x?x1xf32>) -> tensor<?x2x1x?x64xf32>
  // CHECK: llmc.attention %{{.*}}, %[[K]], %
  // HALF: %[[H:.*]] = llmc.map
  // HALF-NEXT: arith.truncf
  // HALF: %[[C:.*]] = llmc.concat %[[P]], %[[H]] axis 2
  // HALF: %[[V:.*]] = llmc.reshape %[[C]]
  // HALF: %[[K:.*]] = llmc.map (%{{.*}} = %[[V]] : tensor<?x2x1x?x64xbf16>) -> tensor<?x2x1x?x64xf32>
  // HALF: llmc.attention %{{.*}}, %[[K]], %
  %k = llmc.concat %past, %new axis 2 : tensor<?x2x?x64xf32>, tensor<?x2x?x64xf32> -> tensor<?x2x?x64xf32>
  %v = llmc.concat %past_v, %new_v axis 2 : tensor<?x2x?x64xf32>, tensor<?x2x?x64xf32> -> tensor<?x2x?x64xf32>
  %k5 = llmc.reshape %k to [%b, 2, 1, %n, 64] : tensor<?x2x?x64xf32> -> tensor<?x2x1x?x64xf32>
  %v5 = llmc.reshape %v to [%b, 2, 1, %n, 64] : tensor<?x2x?x64xf32> -> tensor<?x2x1x?x64xf32>
  %o = llmc.attention %q, %k5, %v5 score %x () : tensor<?x2x2x?x64xf32>, tensor<?x2x1x?x64xf32>, tensor<?x2x1x?x64xf32> -> tensor<?x2x2x?x64xf32> {
    llmc.yield %x : f32
  }
  return %o, %k, %v : tensor<?x2x2x?x64xf32>, tensor<?x2x?x64xf32>, tensor<?x2x?x64xf32>
}

// -----

// Keys that lie transposed have a step for each column; what is new may come in parts; f16 becomes bytes, too.
// CHECK-LABEL: func.func @transposed(
// CHECK-SAME: %[[P:[a-z0-9]+]]: tensor<64x?xi8>
// CHECK-SAME: tensor<1x?xf32> {llmc.dims = ["1", "p"], llmc.dtype = 1 : i64, llmc.name = "past.v.steps"}
// CHECK-SAME: axis = 0 : i64, codes = 3 : i64, dtype = 10 : i64
// SOME-LABEL: func.func @transposed(
// SOME-NOT: steps
func.func @transposed(%q: tensor<?x64xf32> {llmc.dims = ["s", "64"]}, %past: tensor<64x?xf16> {llmc.dims = ["64", "p"], llmc.name = "past.v"}, %new: tensor<64x?xf16> {llmc.dims = ["64", "s"]},
                      %v: tensor<?x8xf32> {llmc.dims = ["p + s + s", "8"]}) -> (tensor<?x8xf32>, tensor<64x?xf16>) {
  // CHECK: %[[N:.*]] = llmc.concat %arg2, %arg2 axis 1
  // CHECK: llmc.reduce %[[N]] axes [0]
  // CHECK: %[[K:.*]] = llmc.transpose %{{.*}} perm [1, 0] : tensor<64x?xi8>
  // CHECK: %[[T:.*]] = llmc.transpose %{{.*}} perm [1, 0] : tensor<1x?xf32>
  // CHECK: llmc.map (%{{.*}} = %[[K]] : tensor<?x64xi8>, %{{.*}} = %[[T]] : tensor<?x1xf32>) -> tensor<?x64xf32>
  %k = llmc.concat %past, %new, %new axis 1 : tensor<64x?xf16>, tensor<64x?xf16>, tensor<64x?xf16> -> tensor<64x?xf16>
  %w = llmc.map (%a = %k : tensor<64x?xf16>) -> tensor<64x?xf32> {
    %x = arith.extf %a : f16 to f32
    llmc.yield %x : f32
  }
  %t = llmc.transpose %w perm [1, 0] : tensor<64x?xf32> -> tensor<?x64xf32>
  %o = llmc.attention %q, %t, %v score %x () : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x8xf32> -> tensor<?x8xf32> {
    llmc.yield %x : f32
  }
  return %o, %k : tensor<?x8xf32>, tensor<64x?xf16>
}
