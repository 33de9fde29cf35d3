// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @kinds(
func.func @kinds(%x: tensor<?xf16>) -> tensor<?xf16> {
  // CHECK: llmc.gelu erf {{%[^ ]+}} : f16
  // CHECK: llmc.gelu tanh {{%[^ ]+}} : f16
  %r = llmc.map (%a = %x : tensor<?xf16>) -> tensor<?xf16> {
    %b = llmc.gelu erf %a : f16
    %c = llmc.gelu tanh %b : f16
    llmc.yield %c : f16
  }
  return %r : tensor<?xf16>
}

// -----

func.func @gelu_type(%x: tensor<2xi32>) -> tensor<2xi32> {
  %r = llmc.map (%a = %x : tensor<2xi32>) -> tensor<2xi32> {
    // expected-error@+1 {{'llmc.gelu' op operand #0 must be floating-point-like, but got 'i32'}}
    %b = llmc.gelu erf %a : i32
    llmc.yield %b : i32
  }
  return %r : tensor<2xi32>
}
