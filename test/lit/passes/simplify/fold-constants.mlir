// RUN: llmc-opt %s --llmc-fold-constants --canonicalize | FileCheck %s

// CHECK: llmc.weight @w.transpose : tensor<20x64xf32> {
// CHECK:   %[[W:.*]] = llmc.get_weight @w
// CHECK:   llmc.transpose %[[W]] perm [1, 0]
llmc.weight @w : tensor<64x20xf32> from "w.bin" at 0

// CHECK-LABEL: @small_results_become_constants
func.func @small_results_become_constants() -> tensor<2xf32> {
  // CHECK-NEXT: llmc.constant dense<[2.000000e+00, 3.000000e+00]> : tensor<2xf32>
  // CHECK-NEXT: return
  %a = llmc.constant dense<[4.0, 9.0]> : tensor<2xf32>
  %y = llmc.map (%x = %a : tensor<2xf32>) -> tensor<2xf32> {
    %r = math.sqrt %x : f32
    llmc.yield %r : f32
  }
  return %y : tensor<2xf32>
}

// CHECK-LABEL: @weights_get_a_recipe
func.func @weights_get_a_recipe() -> tensor<20x64xf32> {
  // CHECK-NEXT: llmc.get_weight @w.transpose
  // CHECK-NEXT: return
  %w = llmc.get_weight @w : tensor<64x20xf32>
  %t = llmc.transpose %w perm [1, 0] : tensor<64x20xf32> -> tensor<20x64xf32>
  return %t : tensor<20x64xf32>
}

// CHECK-LABEL: @keeps_what_an_input_decides
func.func @keeps_what_an_input_decides(%a: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: llmc.map
  %y = llmc.map (%x = %a : tensor<2xf32>) -> tensor<2xf32> {
    %r = math.sqrt %x : f32
    llmc.yield %r : f32
  }
  return %y : tensor<2xf32>
}

// An expanded constant would only take memory.
// CHECK-LABEL: @keeps_large_expand
func.func @keeps_large_expand() -> tensor<64x64xf32> {
  // CHECK: llmc.expand
  %a = llmc.constant dense<1.0> : tensor<1x1xf32>
  %y = llmc.expand %a to [64, 64] : tensor<1x1xf32> -> tensor<64x64xf32>
  return %y : tensor<64x64xf32>
}

// What went in stands in the name once. A large result that only repeats elements is put together where it is read.
// CHECK-LABEL: @folds_repeated_weights_while_small
func.func @folds_repeated_weights_while_small() -> (tensor<128x20xf32>, tensor<134217728xf32>) {
  // CHECK: llmc.get_weight @w.concat :
  // CHECK: llmc.concat
  %w = llmc.get_weight @w : tensor<64x20xf32>
  %twice = llmc.concat %w, %w axis 0 : tensor<64x20xf32>, tensor<64x20xf32> -> tensor<128x20xf32>
  %l = llmc.get_weight @large : tensor<67108864xf32>
  %larger = llmc.concat %l, %l axis 0 : tensor<67108864xf32>, tensor<67108864xf32> -> tensor<134217728xf32>
  return %twice, %larger : tensor<128x20xf32>, tensor<134217728xf32>
}
llmc.weight @large : tensor<67108864xf32> from "w.bin" at 8192
