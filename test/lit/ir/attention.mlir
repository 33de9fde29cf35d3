// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @masked(
func.func @masked(%q: tensor<?x4x?x64xf32>, %k: tensor<?x1x?x64xf32>, %v: tensor<?x1x?x32xf32>,
                  %m: tensor<?x1x1x?xi1>) -> tensor<?x4x?x32xf32> {
  // CHECK: llmc.attention guarded %{{.*}}, %{{.*}}, %{{.*}} score %[[S:.*]] (%[[M:.*]] = %{{.*}} : tensor<?x1x1x?xi1>) : tensor<?x4x?x64xf32>, tensor<?x1x?x64xf32>, tensor<?x1x?x32xf32> -> tensor<?x4x?x32xf32> {
  // CHECK: arith.select %[[M]], %[[S]]
  %r = llmc.attention guarded %q, %k, %v score %s (%mask = %m : tensor<?x1x1x?xi1>)
      : tensor<?x4x?x64xf32>, tensor<?x1x?x64xf32>, tensor<?x1x?x32xf32> -> tensor<?x4x?x32xf32> {
    %none = arith.constant 0xFF800000 : f32
    %t = arith.select %mask, %s, %none : f32
    llmc.yield %t : f32
  }
  return %r : tensor<?x4x?x32xf32>
}

// CHECK-LABEL: @wide_scores(
func.func @wide_scores(%q: tensor<2x3xf16>, %k: tensor<5x3xf16>, %v: tensor<5x7xf16>) -> tensor<2x7xf16> {
  // CHECK: llmc.attention %{{.*}} score %{{.*}} () : tensor<2x3xf16>, tensor<5x3xf16>, tensor<5x7xf16> -> tensor<2x7xf16>
  %r = llmc.attention %q, %k, %v score %s () : tensor<2x3xf16>, tensor<5x3xf16>, tensor<5x7xf16> -> tensor<2x7xf16> {
    %t = arith.extf %s : f16 to f32
    llmc.yield %t : f32
  }
  return %r : tensor<2x7xf16>
}

// -----

func.func @attention_c1_type(%q: tensor<2x3xf32>, %k: tensor<5x3xf16>, %v: tensor<5x7xf32>) -> tensor<2x7xf32> {
  // expected-error@+2 {{queries, keys and values must be matrices of one element type}}
  // expected-error@+1 {{'llmc.attention' op failed to infer returned types}}
  %r = llmc.attention %q, %k, %v score %s () : tensor<2x3xf32>, tensor<5x3xf16>, tensor<5x7xf32> -> tensor<2x7xf32> {
    llmc.yield %s : f32
  }
  return %r : tensor<2x7xf32>
}

// -----

func.func @attention_c1_depth(%q: tensor<2x3xf32>, %k: tensor<5x4xf32>, %v: tensor<5x7xf32>) -> tensor<2x7xf32> {
  // expected-error@+2 {{queries and keys differ in length}}
  // expected-error@+1 {{'llmc.attention' op failed to infer returned types}}
  %r = llmc.attention %q, %k, %v score %s () : tensor<2x3xf32>, tensor<5x4xf32>, tensor<5x7xf32> -> tensor<2x7xf32> {
    llmc.yield %s : f32
  }
  return %r : tensor<2x7xf32>
}

// -----

func.func @attention_c1_count(%q: tensor<2x3xf32>, %k: tensor<5x3xf32>, %v: tensor<6x7xf32>) -> tensor<2x7xf32> {
  // expected-error@+2 {{there are not as many values as keys}}
  // expected-error@+1 {{'llmc.attention' op failed to infer returned types}}
  %r = llmc.attention %q, %k, %v score %s () : tensor<2x3xf32>, tensor<5x3xf32>, tensor<6x7xf32> -> tensor<2x7xf32> {
    llmc.yield %s : f32
  }
  return %r : tensor<2x7xf32>
}

// -----

func.func @attention_c2(%q: tensor<2x3xf32>, %k: tensor<5x3xf32>, %v: tensor<5x7xf32>) -> tensor<2x7xf32> {
  // expected-error@+1 {{'llmc.attention' op has 0 inputs but its region has 2 arguments}}
  %r = "llmc.attention"(%q, %k, %v) ({
  ^bb0(%s: f32, %m: f32):
    llmc.yield %s : f32
  }) : (tensor<2x3xf32>, tensor<5x3xf32>, tensor<5x7xf32>) -> tensor<2x7xf32>
  return %r : tensor<2x7xf32>
}

// -----

func.func @attention_c3_yield(%q: tensor<2x3xf32>, %k: tensor<5x3xf32>, %v: tensor<5x7xf32>) -> tensor<2x7xf32> {
  // expected-error@+1 {{'llmc.attention' op region must yield one float}}
  %r = llmc.attention %q, %k, %v score %s () : tensor<2x3xf32>, tensor<5x3xf32>, tensor<5x7xf32> -> tensor<2x7xf32> {
    %t = arith.cmpf olt, %s, %s : f32
    llmc.yield %t : i1
  }
  return %r : tensor<2x7xf32>
}

// -----

func.func @attention_c4(%q: tensor<2x3xf32>, %k: tensor<5x3xf32>, %v: tensor<5x7xf32>, %m: tensor<4x5xf32>) -> tensor<2x7xf32> {
  // expected-error@+2 {{an input does not fit the scores}}
  // expected-error@+1 {{'llmc.attention' op failed to infer returned types}}
  %r = llmc.attention %q, %k, %v score %s (%x = %m : tensor<4x5xf32>)
      : tensor<2x3xf32>, tensor<5x3xf32>, tensor<5x7xf32> -> tensor<2x7xf32> {
    %t = arith.addf %s, %x : f32
    llmc.yield %t : f32
  }
  return %r : tensor<2x7xf32>
}

// -----

// CHECK-LABEL: @may_be_narrow
// CHECK: llmc.attention guarded narrow %arg0, %arg1, %arg2 score
func.func @may_be_narrow(%q: tensor<?x4xf32>, %k: tensor<?x4xf32>, %v: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %r = llmc.attention guarded narrow %q, %k, %v score %s () : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x5xf32> -> tensor<?x5xf32> {
    llmc.yield %s : f32
  }
  return %r : tensor<?x5xf32>
}

// -----

func.func @attention_c1_narrow(%q: tensor<2x4xf16>, %k: tensor<3x4xf16>, %v: tensor<3x5xf16>) -> tensor<2x5xf16> {
  // expected-error@+2 {{only attention of f32 can be narrow}}
  // expected-error@+1 {{'llmc.attention' op failed to infer returned types}}
  %r = llmc.attention narrow %q, %k, %v score %s () : tensor<2x4xf16>, tensor<3x4xf16>, tensor<3x5xf16> -> tensor<2x5xf16> {
    llmc.yield %s : f16
  }
  return %r : tensor<2x5xf16>
}
