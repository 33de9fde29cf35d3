// RUN: llmc-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @folds_reshape_to_the_same_type(
// CHECK-NEXT: return %{{.*}} : tensor<2x3xf32>
func.func @folds_reshape_to_the_same_type(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = llmc.reshape %x to [2, 3] : tensor<2x3xf32> -> tensor<2x3xf32>
  return %a : tensor<2x3xf32>
}

// Equal types with unknown sizes need not be equal sizes.
// CHECK-LABEL: @keeps_dynamic_reshape(
// CHECK: llmc.reshape
func.func @keeps_dynamic_reshape(%x: tensor<?x?xf32>, %n: index, %m: index) -> tensor<?x?xf32> {
  %a = llmc.reshape %x to [%n, %m] : tensor<?x?xf32> -> tensor<?x?xf32>
  return %a : tensor<?x?xf32>
}

// CHECK-LABEL: @merges_expands(
// CHECK-SAME: %[[X:.*]]: tensor<1xf32>
func.func @merges_expands(%x: tensor<1xf32>, %n: index) -> tensor<2x?xf32> {
  // CHECK-NEXT: llmc.expand %[[X]] to [2, %{{.*}}] : tensor<1xf32> -> tensor<2x?xf32>
  %a = llmc.expand %x to [%n] : tensor<1xf32> -> tensor<?xf32>
  %b = llmc.expand %a to [2, %n] : tensor<?xf32> -> tensor<2x?xf32>
  return %b : tensor<2x?xf32>
}

// CHECK-LABEL: @keeps_expands_between_which_a_size_is_checked(
func.func @keeps_expands_between_which_a_size_is_checked(%x: tensor<1xf32>, %m: index, %n: index) -> tensor<?xf32> {
  // CHECK: llmc.expand
  // CHECK: llmc.expand
  %a = llmc.expand %x to [%m] : tensor<1xf32> -> tensor<?xf32>
  %b = llmc.expand %a to [%n] : tensor<?xf32> -> tensor<?xf32>
  return %b : tensor<?xf32>
}

// CHECK-LABEL: @keeps_an_expand_that_checks_a_size(
func.func @keeps_an_expand_that_checks_a_size(%x: tensor<3xf32>, %n: index) -> tensor<3xf32> {
  // CHECK: llmc.expand
  %a = llmc.expand %x to [%n] : tensor<3xf32> -> tensor<3xf32>
  return %a : tensor<3xf32>
}

// CHECK-LABEL: @drops_what_holds_for_all_sizes(
func.func @drops_what_holds_for_all_sizes(%n: index, %m: index) {
  // CHECK-NEXT: return
  %one = arith.constant 1 : index
  llmc.require "equal" %n, %n "sizes"
  llmc.require "broadcast" %n, %one "sizes"
  llmc.require "broadcast" %one, %m "sizes"
  return
}

// CHECK-LABEL: @keeps_what_depends_on_sizes(
func.func @keeps_what_depends_on_sizes(%n: index, %m: index) {
  // CHECK: llmc.require "equal"
  // CHECK: llmc.require "broadcast"
  // CHECK: llmc.require "least"
  %one = arith.constant 1 : index
  llmc.require "equal" %n, %one "sizes"
  llmc.require "broadcast" %n, %m "sizes"
  llmc.require "least" %one, %n "sizes"
  return
}

// CHECK-LABEL: @folds_expand_to_the_same_type(
// CHECK-NEXT: return
func.func @folds_expand_to_the_same_type(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %a = llmc.expand %x to [4, 1] : tensor<4x1xf32> -> tensor<4x1xf32>
  return %a : tensor<4x1xf32>
}

// CHECK-LABEL: @merges_transposes(
// CHECK-SAME: %[[X:.*]]: tensor<?x3x4xf32>
func.func @merges_transposes(%x: tensor<?x3x4xf32>) -> tensor<4x?x3xf32> {
  // CHECK-NEXT: llmc.transpose %[[X]] perm [2, 0, 1]
  // CHECK-NOT: llmc.transpose
  %a = llmc.transpose %x perm [1, 2, 0] : tensor<?x3x4xf32> -> tensor<3x4x?xf32>
  %b = llmc.transpose %a perm [1, 2, 0] : tensor<3x4x?xf32> -> tensor<4x?x3xf32>
  return %b : tensor<4x?x3xf32>
}

// CHECK-LABEL: @cancels_transposes(
// CHECK-NEXT: return
func.func @cancels_transposes(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %a = llmc.transpose %x perm [1, 0] : tensor<?x3xf32> -> tensor<3x?xf32>
  %b = llmc.transpose %a perm [1, 0] : tensor<3x?xf32> -> tensor<?x3xf32>
  return %b : tensor<?x3xf32>
}

// CHECK-LABEL: @folds_whole_slice(
// CHECK-NEXT: return
func.func @folds_whole_slice(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = llmc.slice %x [0] [4] [1] : tensor<4xf32> -> tensor<4xf32>
  return %a : tensor<4xf32>
}

// CHECK-LABEL: @keeps_reversed_and_dynamic_slices(
// CHECK: llmc.slice %{{.*}} [3] [4] [-1]
// CHECK: llmc.slice %{{.*}} [0] [%{{.*}}] [1]
func.func @keeps_reversed_and_dynamic_slices(%x: tensor<4xf32>, %y: tensor<?xf32>, %n: index)
    -> (tensor<4xf32>, tensor<?xf32>) {
  %a = llmc.slice %x [3] [4] [-1] : tensor<4xf32> -> tensor<4xf32>
  %b = llmc.slice %y [0] [%n] [1] : tensor<?xf32> -> tensor<?xf32>
  return %a, %b : tensor<4xf32>, tensor<?xf32>
}

// CHECK-LABEL: @folds_concat_of_one(
// CHECK-NEXT: return
func.func @folds_concat_of_one(%x: tensor<?x3xf32>, %e: tensor<?x0xf32>) -> tensor<?x3xf32> {
  %a = llmc.concat %e, %x axis 1 : tensor<?x0xf32>, tensor<?x3xf32> -> tensor<?x3xf32>
  return %a : tensor<?x3xf32>
}

// CHECK-LABEL: @drops_empty_operands(
// CHECK: llmc.concat %{{.*}}, %{{.*}} axis 0 : tensor<?xf32>, tensor<2xf32> -> tensor<?xf32>
func.func @drops_empty_operands(%x: tensor<?xf32>, %e: tensor<0xf32>, %y: tensor<2xf32>) -> tensor<?xf32> {
  %a = llmc.concat %x, %e, %y axis 0 : tensor<?xf32>, tensor<0xf32>, tensor<2xf32> -> tensor<?xf32>
  return %a : tensor<?xf32>
}

// CHECK-LABEL: @merges_equal_operands(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>
func.func @merges_equal_operands(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK-NEXT: llmc.map (%[[A:.*]] = %[[X]] : tensor<?xf32>) -> tensor<?xf32> {
  // CHECK-NEXT: arith.mulf %[[A]], %[[A]] : f32
  %r = llmc.map (%a = %x : tensor<?xf32>, %b = %x : tensor<?xf32>) -> tensor<?xf32> {
    %s = arith.mulf %a, %b : f32
    llmc.yield %s : f32
  }
  return %r : tensor<?xf32>
}

// The vector stays, since it may decide the size of the result; the scalar can't.
// CHECK-LABEL: @drops_unused_scalar(
// CHECK: llmc.map (%{{.*}} = %{{.*}} : tensor<1xf32>, %{{.*}} = %{{.*}} : tensor<?xf32>) -> tensor<?xf32>
func.func @drops_unused_scalar(%x: tensor<1xf32>, %y: tensor<?xf32>, %z: tensor<f32>) -> tensor<?xf32> {
  %r = llmc.map (%a = %x : tensor<1xf32>, %b = %y : tensor<?xf32>, %c = %z : tensor<f32>) -> tensor<?xf32> {
    %s = arith.negf %a : f32
    llmc.yield %s : f32
  }
  return %r : tensor<?xf32>
}

// CHECK-LABEL: @folds_constant_formulas(
// CHECK: %[[C:.*]] = arith.constant 12 : index
// CHECK: llmc.size "n"
// CHECK: return %[[C]]
func.func @folds_constant_formulas() -> (index, index) {
  %a = llmc.size "3 * 4"
  %b = llmc.size "n"
  return %a, %b : index, index
}
