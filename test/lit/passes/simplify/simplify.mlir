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

// CHECK-LABEL: @merges_reshapes(
// CHECK-SAME: %[[X:.*]]: tensor<?x6xf32>
func.func @merges_reshapes(%x: tensor<?x6xf32> {llmc.dims = ["n", "6"]}) -> tensor<?x2x3xf32> {
  // CHECK: %[[R:.*]] = llmc.reshape %[[X]] to [%{{.*}}, 2, 3]
  // CHECK-NEXT: return %[[R]]
  %all = llmc.size "6 * n"
  %n = llmc.size "n"
  %a = llmc.reshape %x to [%all] : tensor<?x6xf32> -> tensor<?xf32>
  %b = llmc.reshape %a to [%n, 2, 3] : tensor<?xf32> -> tensor<?x2x3xf32>
  return %b : tensor<?x2x3xf32>
}

// The sizes between demand that n is a multiple of 4.
// CHECK-LABEL: @keeps_reshapes_that_demand(
func.func @keeps_reshapes_that_demand(%x: tensor<?xf32> {llmc.dims = ["n"]}) -> tensor<?xf32> {
  // CHECK: llmc.reshape %{{.*}} to [%{{.*}}, 4]
  // CHECK: llmc.reshape
  %rows = llmc.size "floordiv(n, 4)"
  %n = llmc.size "n"
  %a = llmc.reshape %x to [%rows, 4] : tensor<?xf32> -> tensor<?x4xf32>
  %b = llmc.reshape %a to [%n] : tensor<?x4xf32> -> tensor<?xf32>
  return %b : tensor<?xf32>
}

// What is passed on is the whole result, and still the other operand demands that m is 1 or 4.
// CHECK-LABEL: @keeps_maps_that_demand(
func.func @keeps_maps_that_demand(%x: tensor<4xf32>, %c: tensor<?xf32> {llmc.dims = ["m"]}) -> tensor<4xf32> {
  // CHECK: llmc.map
  %y = llmc.map (%a = %x : tensor<4xf32>, %b = %c : tensor<?xf32>) -> tensor<4xf32> {
    llmc.yield %a : f32
  }
  return %y : tensor<4xf32>
}

// CHECK-LABEL: @drops_reshapes_in_branches
func.func @drops_reshapes_in_branches(%x: tensor<?x4xf32> {llmc.dims = ["n", "4"]}, %yes: i1) -> tensor<?x4xf32> {
  // CHECK: %[[Y:.*]] = scf.if
  // CHECK-NEXT: scf.yield %arg0
  // CHECK: return %[[Y]]
  %n = llmc.size "n"
  %r = scf.if %yes -> tensor<?x4xf32> {
    %y = llmc.reshape %x to [%n, 4] : tensor<?x4xf32> -> tensor<?x4xf32>
    scf.yield %y : tensor<?x4xf32>
  } else {
    %z = llmc.map (%a = %x : tensor<?x4xf32>) -> tensor<?x4xf32> {
      %e = math.exp %a : f32
      llmc.yield %e : f32
    }
    scf.yield %z : tensor<?x4xf32>
  }
  return %r : tensor<?x4xf32>
}

// A part of each row that is split into groups is groups of the whole rows: heads of queries in a product of all three.
// CHECK-LABEL: func.func @groups_of_a_part(
// CHECK: %[[ALL:.*]] = llmc.reshape %arg0 to [%{{.*}}, %{{.*}}, 12, 8]
// CHECK: llmc.slice %[[ALL]] [0, 0, 8, 0] [%{{.*}}, %{{.*}}, 4, 8] [1, 1, 1, 1]
// CHECK-NOT: llmc.reshape
func.func @groups_of_a_part(%x: tensor<?x?x96xf32> {llmc.dims = ["b", "s", "96"]}) -> tensor<?x?x4x8xf32> {
  %b = llmc.size "b"
  %s = llmc.size "s"
  %0 = llmc.slice %x [0, 0, 64] [%b, %s, 32] [1, 1, 1] : tensor<?x?x96xf32> -> tensor<?x?x32xf32>
  %1 = llmc.reshape %0 to [%b, %s, 4, 8] : tensor<?x?x32xf32> -> tensor<?x?x4x8xf32>
  return %1 : tensor<?x?x4x8xf32>
}

// Not where the part begins inside a group, the rest is no whole groups, rows are cut or stepped through, or others read it.
// CHECK-LABEL: func.func @no_groups_of_a_part(
// CHECK-COUNT-5: llmc.reshape %{{.*}} : tensor<?x32xf32> -> tensor<?x4x8xf32>
func.func @no_groups_of_a_part(%x: tensor<?x96xf32> {llmc.dims = ["n", "96"]}, %y: tensor<?x100xf32> {llmc.dims = ["n", "100"]})
    -> (tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x32xf32>) {
  %n = llmc.size "n"
  %m = llmc.size "floordiv(n, 2)"
  %0 = llmc.slice %x [0, 60] [%n, 32] [1, 1] : tensor<?x96xf32> -> tensor<?x32xf32>
  %1 = llmc.reshape %0 to [%n, 4, 8] : tensor<?x32xf32> -> tensor<?x4x8xf32>
  %2 = llmc.slice %y [0, 64] [%n, 32] [1, 1] : tensor<?x100xf32> -> tensor<?x32xf32>
  %3 = llmc.reshape %2 to [%n, 4, 8] : tensor<?x32xf32> -> tensor<?x4x8xf32>
  %4 = llmc.slice %x [0, 64] [%m, 32] [1, 1] : tensor<?x96xf32> -> tensor<?x32xf32>
  %5 = llmc.reshape %4 to [%m, 4, 8] : tensor<?x32xf32> -> tensor<?x4x8xf32>
  %6 = llmc.slice %x [0, 0] [%n, 32] [1, 2] : tensor<?x96xf32> -> tensor<?x32xf32>
  %7 = llmc.reshape %6 to [%n, 4, 8] : tensor<?x32xf32> -> tensor<?x4x8xf32>
  %8 = llmc.slice %x [0, 32] [%n, 32] [1, 1] : tensor<?x96xf32> -> tensor<?x32xf32>
  %9 = llmc.reshape %8 to [%n, 4, 8] : tensor<?x32xf32> -> tensor<?x4x8xf32>
  return %1, %3, %5, %7, %9, %8 : tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x4x8xf32>, tensor<?x32xf32>
}

llmc.weight @bias : tensor<8x1xf32> from "w.bin" at 0

// Transposes that undo each other meet, as maps between them work on the other order as well; the canonicalizer takes both away.
// CHECK-LABEL: @transposes_meet_through_maps
func.func @transposes_meet_through_maps(%x: tensor<?x?x8xf32> {llmc.dims = ["b", "n", "8"]}) -> tensor<?x?x8xf32> {
  // CHECK: %[[T:.*]] = llmc.transpose %arg0 perm [0, 2, 1]
  // CHECK: %[[BACK:.*]] = llmc.transpose %[[T]] perm [0, 2, 1]
  // CHECK: %[[BIAS:.*]] = llmc.reshape %{{.*}} to [1, 1, 8] : tensor<8x1xf32> -> tensor<1x1x8xf32>
  // CHECK: %[[SUM:.*]] = llmc.map (%{{.*}} = %[[BACK]] : tensor<?x?x8xf32>, %{{.*}} = %[[BIAS]] : tensor<1x1x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: %[[LAST:.*]] = llmc.map (%{{.*}} = %[[SUM]] : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: return %[[LAST]]
  %b = llmc.get_weight @bias : tensor<8x1xf32>
  %t = llmc.transpose %x perm [0, 2, 1] : tensor<?x?x8xf32> -> tensor<?x8x?xf32>
  %s = llmc.map (%a = %t : tensor<?x8x?xf32>, %c = %b : tensor<8x1xf32>) -> tensor<?x8x?xf32> {
    %r = arith.addf %a, %c : f32
    llmc.yield %r : f32
  }
  %e = llmc.map (%a = %s : tensor<?x8x?xf32>) -> tensor<?x8x?xf32> {
    %r = math.exp %a : f32
    llmc.yield %r : f32
  }
  %y = llmc.transpose %e perm [0, 2, 1] : tensor<?x8x?xf32> -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// Not where somebody else reads what is between them, or where it meets what would have to be transposed as well.
// CHECK-LABEL: @transposes_stay
func.func @transposes_stay(%x: tensor<?x?x8xf32> {llmc.dims = ["b", "n", "8"]}, %z: tensor<?x8x?xf32> {llmc.dims = ["b", "8", "n"]})
    -> (tensor<?x?x8xf32>, tensor<?x8x?xf32>, tensor<?x?x8xf32>) {
  // CHECK: %[[T:.*]] = llmc.transpose %arg0 perm [0, 2, 1]
  // CHECK: %[[E:.*]] = llmc.map (%{{.*}} = %[[T]]
  // CHECK: %[[Y:.*]] = llmc.transpose %[[E]]
  // CHECK: %[[S:.*]] = llmc.map (%{{.*}} = %[[T]] {{.*}}, %{{.*}} = %arg1
  // CHECK: %[[U:.*]] = llmc.transpose %[[S]]
  // CHECK: return %[[Y]], %[[E]], %[[U]]
  %t = llmc.transpose %x perm [0, 2, 1] : tensor<?x?x8xf32> -> tensor<?x8x?xf32>
  %e = llmc.map (%a = %t : tensor<?x8x?xf32>) -> tensor<?x8x?xf32> {
    %r = math.exp %a : f32
    llmc.yield %r : f32
  }
  %y = llmc.transpose %e perm [0, 2, 1] : tensor<?x8x?xf32> -> tensor<?x?x8xf32>
  %s = llmc.map (%a = %t : tensor<?x8x?xf32>, %c = %z : tensor<?x8x?xf32>) -> tensor<?x8x?xf32> {
    %r = arith.addf %a, %c : f32
    llmc.yield %r : f32
  }
  %u = llmc.transpose %s perm [0, 2, 1] : tensor<?x8x?xf32> -> tensor<?x?x8xf32>
  return %y, %e, %u : tensor<?x?x8xf32>, tensor<?x8x?xf32>, tensor<?x?x8xf32>
}
