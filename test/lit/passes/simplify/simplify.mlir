// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-simplify))' | FileCheck %s

// CHECK-LABEL: @drops_reshape_to_equal_formulas
func.func @drops_reshape_to_equal_formulas(%x: tensor<?x4xf32> {llmc.dims = ["n", "4"]}) -> tensor<?x4xf32> {
  // CHECK-NEXT: return %arg0
  %n = llmc.size "n"
  %y = llmc.reshape %x to [%n, 4] : tensor<?x4xf32> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: @drops_map_that_passes_on
func.func @drops_map_that_passes_on(%x: tensor<?x4xf32> {llmc.dims = ["n", "4"]}) -> tensor<?x4xf32> {
  // CHECK-NEXT: return %arg0
  %y = llmc.map (%a = %x : tensor<?x4xf32>) -> tensor<?x4xf32> {
    llmc.yield %a : f32
  }
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: @keeps_map_that_broadcasts
func.func @keeps_map_that_broadcasts(%x: tensor<4xf32>, %z: tensor<?x4xf32> {llmc.dims = ["n", "4"]}) -> tensor<?x4xf32> {
  // CHECK: llmc.map
  %y = llmc.map (%a = %x : tensor<4xf32>, %b = %z : tensor<?x4xf32>) -> tensor<?x4xf32> {
    llmc.yield %a : f32
  }
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: @skips_expand_before_map
func.func @skips_expand_before_map(%x: tensor<1x4xf32>, %z: tensor<?x4xf32> {llmc.dims = ["n", "4"]}) -> tensor<?x4xf32> {
  // CHECK-NOT: llmc.expand
  %n = llmc.size "n"
  %e = llmc.expand %x to [%n, 4] : tensor<1x4xf32> -> tensor<?x4xf32>
  %y = llmc.map (%a = %e : tensor<?x4xf32>, %b = %z : tensor<?x4xf32>) -> tensor<?x4xf32> {
    %s = arith.addf %a, %b : f32
    llmc.yield %s : f32
  }
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: @drops_operand_that_is_not_read
func.func @drops_operand_that_is_not_read(%x: tensor<?x4xf32> {llmc.dims = ["n", "4"]}) -> tensor<?x4xf32> {
  // CHECK-NOT: math.exp
  // CHECK: llmc.map (%{{.*}} = %arg0 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %unread = llmc.map (%a = %x : tensor<?x4xf32>) -> tensor<?x4xf32> {
    %e = math.exp %a : f32
    llmc.yield %e : f32
  }
  %y = llmc.map (%a = %unread : tensor<?x4xf32>, %b = %x : tensor<?x4xf32>) -> tensor<?x4xf32> {
    %s = arith.addf %b, %b : f32
    llmc.yield %s : f32
  }
  return %y : tensor<?x4xf32>
}

// An operand that gives the size stays; so does one whose size the run must compare.
// CHECK-LABEL: @keeps_operand_that_gives_the_size
func.func @keeps_operand_that_gives_the_size(%x: tensor<1x4xf32>, %z: tensor<?x4xf32> {llmc.dims = ["n", "4"]},
    %u: tensor<?xf32> {llmc.dims = ["m"]}) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  // CHECK: llmc.map (%{{.*}} = %arg1 : tensor<?x4xf32>, %{{.*}} = %arg0 : tensor<1x4xf32>)
  %y = llmc.map (%a = %z : tensor<?x4xf32>, %b = %x : tensor<1x4xf32>) -> tensor<?x4xf32> {
    %s = arith.addf %b, %b : f32
    llmc.yield %s : f32
  }
  // CHECK: llmc.map (%{{.*}} = %arg2 : tensor<?xf32>, %{{.*}} = %arg1 : tensor<?x4xf32>)
  %v = llmc.map (%a = %u : tensor<?xf32>, %b = %z : tensor<?x4xf32>) -> tensor<?x4xf32> {
    %s = arith.addf %b, %b : f32
    llmc.yield %s : f32
  }
  return %y, %v : tensor<?x4xf32>, tensor<?x4xf32>
}

// CHECK-LABEL: @transpose_of_unit_axes_is_reshape
func.func @transpose_of_unit_axes_is_reshape(%x: tensor<?x1x4xf32> {llmc.dims = ["n", "1", "4"]}) -> tensor<1x?x4xf32> {
  // CHECK: llmc.reshape
  // CHECK-NOT: llmc.transpose
  %y = llmc.transpose %x perm [1, 0, 2] : tensor<?x1x4xf32> -> tensor<1x?x4xf32>
  return %y : tensor<1x?x4xf32>
}

// CHECK-LABEL: @keeps_slice_of_a_part
func.func @keeps_slice_of_a_part(%x: tensor<?x4xf32> {llmc.dims = ["n", "4"]}) -> tensor<?x2xf32> {
  // CHECK: llmc.slice
  %n = llmc.size "n"
  %y = llmc.slice %x [0, 1] [%n, 2] [1, 1] : tensor<?x4xf32> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
