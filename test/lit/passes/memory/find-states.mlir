// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-form-kernels,llmc-find-states))' > %t.once.mlir
// RUN: FileCheck %s < %t.once.mlir
// A second time finds the same.
// RUN: llmc-opt %t.once.mlir --pass-pipeline='builtin.module(func.func(llmc-find-states))' | diff %t.once.mlir -

// The output is read by others as well, in memory; heads that queries share are seen through a view. What is new may be
// computed in the same kernel.
// CHECK-LABEL: @keys_and_values
// CHECK-SAME: llmc.states = [{axis = 2 : i64, input = 1 : i64, output = 1 : i64}, {axis = 3 : i64, input = 2 : i64, output = 2 : i64}]
func.func @keys_and_values(%x: tensor<?x2x?x8xf32> {llmc.dims = ["b", "2", "n", "8"]},
    %values: tensor<?x2x?x8xf32> {llmc.dims = ["b", "2", "past", "8"]},
    %keys: tensor<?x2x8x?xf32> {llmc.dims = ["b", "2", "8", "past"]})
    -> (tensor<?x2x1x?x8xf32>, tensor<?x2x?x8xf32>, tensor<?x2x8x?xf32>) {
  %b = llmc.size "b"
  %m = llmc.size "past + n"
  %xt = llmc.transpose %x perm [0, 1, 3, 2] : tensor<?x2x?x8xf32> -> tensor<?x2x8x?xf32>
  %v = llmc.concat %values, %x axis 2 : tensor<?x2x?x8xf32>, tensor<?x2x?x8xf32> -> tensor<?x2x?x8xf32>
  %k = llmc.concat %keys, %xt axis 3 : tensor<?x2x8x?xf32>, tensor<?x2x8x?xf32> -> tensor<?x2x8x?xf32>
  %v5 = llmc.reshape %v to [%b, 2, 1, %m, 8] : tensor<?x2x?x8xf32> -> tensor<?x2x1x?x8xf32>
  %r = llmc.map (%a = %v5 : tensor<?x2x1x?x8xf32>) -> tensor<?x2x1x?x8xf32> {
    %s = arith.mulf %a, %a : f32
    llmc.yield %s : f32
  }
  return %r, %v, %k : tensor<?x2x1x?x8xf32>, tensor<?x2x?x8xf32>, tensor<?x2x8x?xf32>
}

// What is behind the new elements does not stay where it is.
// CHECK-LABEL: @new_first
// CHECK-NOT: llmc.states
// CHECK-SAME: {
func.func @new_first(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"]}, %past: tensor<?x8xf32> {llmc.dims = ["past", "8"]}) -> tensor<?x8xf32> {
  %r = llmc.concat %x, %past axis 0 : tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// Others read the input.
// CHECK-LABEL: @past_is_read
// CHECK-NOT: llmc.states
// CHECK-SAME: {
func.func @past_is_read(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"]}, %past: tensor<?x8xf32> {llmc.dims = ["past", "8"]})
    -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %r = llmc.concat %past, %x axis 0 : tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %t = llmc.map (%a = %past : tensor<?x8xf32>) -> tensor<?x8xf32> {
    %s = arith.mulf %a, %a : f32
    llmc.yield %s : f32
  }
  return %r, %t : tensor<?x8xf32>, tensor<?x8xf32>
}

// A view in which a row goes on where another one ends has no room between them.
// CHECK-LABEL: @view_without_room
// CHECK-NOT: llmc.states
// CHECK-SAME: {
func.func @view_without_room(%x: tensor<4x?x8xf32> {llmc.dims = ["4", "n", "8"]}, %past: tensor<4x?x8xf32> {llmc.dims = ["4", "past", "8"]})
    -> (tensor<4x?x8xf32>, tensor<?x8xf32>) {
  %m = llmc.size "4 * past + 4 * n"
  %r = llmc.concat %past, %x axis 1 : tensor<4x?x8xf32>, tensor<4x?x8xf32> -> tensor<4x?x8xf32>
  %v = llmc.reshape %r to [%m, 8] : tensor<4x?x8xf32> -> tensor<?x8xf32>
  %t = llmc.map (%a = %v : tensor<?x8xf32>) -> tensor<?x8xf32> {
    %s = arith.mulf %a, %a : f32
    llmc.yield %s : f32
  }
  return %r, %t : tensor<4x?x8xf32>, tensor<?x8xf32>
}

// Only the input says how large a batch is, so a run must be given it.
// CHECK-LABEL: @gives_a_size
// CHECK-NOT: llmc.states
// CHECK-SAME: {
func.func @gives_a_size(%x: tensor<1x?x8xf32> {llmc.dims = ["1", "n", "8"]}, %past: tensor<?x?x8xf32> {llmc.dims = ["b", "past", "8"]})
    -> tensor<?x?x8xf32> {
  %b = llmc.size "b"
  %n = llmc.size "n"
  %e = llmc.expand %x to [%b, %n, 8] : tensor<1x?x8xf32> -> tensor<?x?x8xf32>
  %r = llmc.concat %past, %e axis 1 : tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32>
  return %r : tensor<?x?x8xf32>
}

// A length that is no free symbol is not the context's to choose.
// CHECK-LABEL: @fixed_length
// CHECK-NOT: llmc.states
// CHECK-SAME: {
func.func @fixed_length(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"]}, %past: tensor<16x8xf32>) -> tensor<?x8xf32> {
  %r = llmc.concat %past, %x axis 0 : tensor<16x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}
