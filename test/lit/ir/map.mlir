// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @operands_broadcast(
func.func @operands_broadcast(%x: tensor<?x64xf32>, %y: tensor<64xf16>) -> tensor<?x64xf32> {
  // CHECK: llmc.map ({{%[^ ,:)]+}} = {{%[^ ,:)]+}} : tensor<?x64xf32>, {{%[^ ,:)]+}} = {{%[^ ,:)]+}} : tensor<64xf16>) -> tensor<?x64xf32> {
  %r = llmc.map (%a = %x : tensor<?x64xf32>, %b = %y : tensor<64xf16>) -> tensor<?x64xf32> {
    %w = arith.extf %b : f16 to f32
    %s = arith.addf %a, %w : f32
    llmc.yield %s : f32
  }
  return %r : tensor<?x64xf32>
}

// -----

func.func @map_c1_count(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.map' op has 1 operands but its region has 2 arguments}}
  %r = "llmc.map"(%x) ({
  ^bb0(%a: f32, %b: f32):
    llmc.yield %a : f32
  }) : (tensor<2xf32>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @map_c1_type(%x: tensor<2xf32>) -> tensor<2xf16> {
  // expected-error@+1 {{'llmc.map' op region argument 0 is 'f16' but the operand is 'tensor<2xf32>'}}
  %r = "llmc.map"(%x) ({
  ^bb0(%a: f16):
    llmc.yield %a : f16
  }) : (tensor<2xf32>) -> tensor<2xf16>
  return %r : tensor<2xf16>
}

// -----

func.func @map_c2_operations(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.map' op holds 'llmc.size', but only operations of arith, math and llmc.gelu are scalar maths}}
  %r = llmc.map (%a = %x : tensor<2xf32>) -> tensor<2xf32> {
    %n = llmc.size "n"
    llmc.yield %a : f32
  }
  return %r : tensor<2xf32>
}

// -----

func.func @map_c2_yield(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+2 {{map needs a region that yields one scalar}}
  // expected-error@+1 {{'llmc.map' op failed to infer returned types}}
  %r = llmc.map (%a = %x : tensor<2xf32>) -> tensor<2xf32> {
    llmc.yield %a, %a : f32, f32
  }
  return %r : tensor<2xf32>
}

// -----

func.func @map_c3(%x: tensor<2xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error@+2 {{sizes of operands do not broadcast: 2 and 3}}
  // expected-error@+1 {{'llmc.map' op failed to infer returned types}}
  %r = llmc.map (%a = %x : tensor<2xf32>, %b = %y : tensor<3xf32>) -> tensor<3xf32> {
    %s = arith.addf %a, %b : f32
    llmc.yield %s : f32
  }
  return %r : tensor<3xf32>
}
