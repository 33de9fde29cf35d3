// RUN: llmc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(llmc-plan-arena))' | FileCheck %s
// RUN: llmc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(llmc-plan-arena,llmc-plan-arena))' \
// RUN:   | FileCheck %s

// A map of equal sizes is written over its operand; the place lives until the last use of the second result.
// CHECK-LABEL: @map_over_its_operand
// CHECK-SAME: llmc.slots = [{below = array<i64>, bytes = "256 * n", live = array<i64: 0, 2>}]
func.func @map_over_its_operand(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<64x64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.kernel matmul
  // CHECK-SAME: #llmc.place<arena 0>
  // CHECK: llmc.kernel map
  // CHECK-SAME: #llmc.place<arena 0>
  // CHECK: llmc.kernel matmul
  // CHECK-SAME: #llmc.place<output 0>
  %a = llmc.kernel matmul (%i = %x : tensor<?x64xf32>, %j = %w : tensor<64x64xf32>) -> tensor<?x64xf32> {
    %m = llmc.matmul %i, %j : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
    llmc.yield %m : tensor<?x64xf32>
  }
  %b = llmc.kernel map (%i = %a : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %m = llmc.map (%s = %i : tensor<?x64xf32>) -> tensor<?x64xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<?x64xf32>
  }
  %c = llmc.kernel matmul (%i = %b : tensor<?x64xf32>, %j = %w : tensor<64x64xf32>) -> tensor<?x64xf32> {
    %m = llmc.matmul %i, %j : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
    llmc.yield %m : tensor<?x64xf32>
  }
  return %c : tensor<?x64xf32>
}

// -----

// The residual of an epilogue is overwritten, the product's own operand is not: columns of other tasks read it.
// CHECK-LABEL: @residual_of_a_product
// CHECK-SAME: live = array<i64: 0, 2>
// CHECK-SAME: live = array<i64: 1, 3>
func.func @residual_of_a_product(%x: tensor<8x64xf32>, %w: tensor<64x64xf32>) -> tensor<8x64xf32> {
  %a = llmc.kernel map (%i = %x : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  // A second reader follows: a place of its own.
  // CHECK: llmc.kernel map
  // CHECK-SAME: #llmc.place<arena 0>
  // CHECK: llmc.kernel map
  // CHECK-SAME: #llmc.place<arena 1>
  %b = llmc.kernel map (%i = %a : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.sin %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  // CHECK: llmc.kernel matmul
  // CHECK-SAME: #llmc.place<arena 1>
  %c = llmc.kernel matmul (%i = %a : tensor<8x64xf32>, %j = %w : tensor<64x64xf32>, %r = %b : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %p = llmc.matmul %i, %j : tensor<8x64xf32>, tensor<64x64xf32> -> tensor<8x64xf32>
    %m = llmc.map (%s = %p : tensor<8x64xf32>, %t = %r : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %u = arith.addf %s, %t : f32
      llmc.yield %u : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  %d = llmc.kernel map (%i = %c : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.sin %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  return %d : tensor<8x64xf32>
}

// -----

// A norm reads its row before it writes it.
// CHECK-LABEL: @row_of_a_norm
// CHECK-SAME: llmc.slots = [{{{[^{]*}}live = array<i64: 0, 2>}]
func.func @row_of_a_norm(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %a = llmc.kernel map (%i = %x : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  %b = llmc.kernel norm (%i = %a : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %n = llmc.norm layer %i axis 1 epsilon 1.0e-5 : tensor<8x64xf32> -> tensor<8x64xf32>
    llmc.yield %n : tensor<8x64xf32>
  }
  %c = llmc.kernel map (%i = %b : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  return %c : tensor<8x64xf32>
}

// -----

// Softmax may overwrite what its epilogue reads (%b), as well as its own input (%a): its exponentials lie elsewhere.
// CHECK-LABEL: @softmax_and_its_epilogue
// CHECK-SAME: llmc.slots = [{{{[^{]*}}live = array<i64: 0, 3>}, {{{[^{]*}}live = array<i64: 1, 2>}]
func.func @softmax_and_its_epilogue(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %b = llmc.kernel map (%i = %x : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.sin %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  %a = llmc.kernel map (%i = %x : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  // CHECK: llmc.kernel softmax
  // CHECK-SAME: #llmc.place<arena 0>
  %c = llmc.kernel softmax (%e = %b : tensor<8x64xf32>, %i = %a : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %n = llmc.softmax %i axis 1 : tensor<8x64xf32> -> tensor<8x64xf32>
    %m = llmc.map (%s = %n : tensor<8x64xf32>, %t = %e : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %u = arith.mulf %s, %t : f32
      llmc.yield %u : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  %d = llmc.kernel map (%i = %c : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  return %d : tensor<8x64xf32>
}

// -----

// Declines: elements that move, are broadcast or change their width, and a view that is read otherwise.
// CHECK-LABEL: @keeps_what_is_read_elsewhere
// CHECK-SAME: live = array<i64: 0, 1>}
// CHECK-SAME: live = array<i64: 1, 2>}
// CHECK-SAME: live = array<i64: 2, 3>}
// CHECK-SAME: live = array<i64: 3, 4>}
func.func @keeps_what_is_read_elsewhere(%x: tensor<64x64xf32>) -> tensor<64x64xi1> {
  %a = llmc.kernel map (%i = %x : tensor<64x64xf32>) -> tensor<64x64xf32> {
    %m = llmc.map (%s = %i : tensor<64x64xf32>) -> tensor<64x64xf32> {
      %t = math.sin %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<64x64xf32>
  }
  %b = llmc.kernel transpose (%i = %a : tensor<64x64xf32>) -> tensor<64x64xf32> {
    %m = llmc.transpose %i perm [1, 0] : tensor<64x64xf32> -> tensor<64x64xf32>
    llmc.yield %m : tensor<64x64xf32>
  }
  %view = llmc.reshape %b to [4096] : tensor<64x64xf32> -> tensor<4096xf32>
  %c = llmc.kernel map (%i = %b : tensor<64x64xf32>, %v = %view : tensor<4096xf32>) -> tensor<64x64xf32> {
    %row = llmc.slice %v [17] [64] [1] : tensor<4096xf32> -> tensor<64xf32>
    %m = llmc.map (%s = %i : tensor<64x64xf32>, %t = %row : tensor<64xf32>) -> tensor<64x64xf32> {
      %u = arith.addf %s, %t : f32
      llmc.yield %u : f32
    }
    llmc.yield %m : tensor<64x64xf32>
  }
  %d = llmc.kernel map (%i = %c : tensor<64x64xf32>) -> tensor<64x64xi1> {
    %m = llmc.map (%s = %i : tensor<64x64xf32>) -> tensor<64x64xi1> {
      %t = arith.cmpf one, %s, %s : f32
      llmc.yield %t : i1
    }
    llmc.yield %m : tensor<64x64xi1>
  }
  %e = llmc.kernel transpose (%i = %d : tensor<64x64xi1>) -> tensor<64x64xi1> {
    %m = llmc.transpose %i perm [1, 0] : tensor<64x64xi1> -> tensor<64x64xi1>
    llmc.yield %m : tensor<64x64xi1>
  }
  return %e : tensor<64x64xi1>
}

// -----

// Each of two results takes the place of another operand. Where a result has other sizes, its positions are others, too: what
// it reads stays.
// CHECK-LABEL: @two_results
func.func @two_results(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>) -> (tensor<64x8xf32>, tensor<8x64xf32>) {
  %a = llmc.kernel map (%i = %x : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  %b = llmc.kernel map (%i = %y : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%s = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  // CHECK: llmc.kernel norm
  // CHECK-SAME: places = [#llmc.place<arena 0>, #llmc.place<arena 1>]
  %n:2 = llmc.kernel norm (%i = %a : tensor<8x64xf32>, %j = %b : tensor<8x64xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>) {
    %s = llmc.map (%p = %i : tensor<8x64xf32>, %q = %j : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %t = arith.addf %p, %q : f32
      llmc.yield %t : f32
    }
    %m = llmc.norm rms %s axis 1 epsilon 1.0e-5 : tensor<8x64xf32> -> tensor<8x64xf32>
    llmc.yield %m, %s : tensor<8x64xf32>, tensor<8x64xf32>
  }
  // CHECK: llmc.kernel transpose
  // CHECK-SAME: places = [#llmc.place<output 0>, #llmc.place<arena 2>]
  %t:2 = llmc.kernel transpose (%i = %n#0 : tensor<8x64xf32>, %j = %n#1 : tensor<8x64xf32>) -> (tensor<64x8xf32>, tensor<8x64xf32>) {
    %m = llmc.transpose %i perm [1, 0] : tensor<8x64xf32> -> tensor<64x8xf32>
    %s = llmc.map (%p = %i : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %u = arith.negf %p : f32
      llmc.yield %u : f32
    }
    llmc.yield %m, %s : tensor<64x8xf32>, tensor<8x64xf32>
  }
  %c = llmc.kernel map (%i = %t#1 : tensor<8x64xf32>, %j = %n#1 : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %m = llmc.map (%p = %i : tensor<8x64xf32>, %q = %j : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %u = arith.mulf %p, %q : f32
      llmc.yield %u : f32
    }
    llmc.yield %m : tensor<8x64xf32>
  }
  return %t#0, %c : tensor<64x8xf32>, tensor<8x64xf32>
}

// -----

// The transposed product is stored elsewhere than the sum, which has yet to read the residual there: the sum takes its place.
// CHECK-LABEL: @transposed_result
func.func @transposed_result(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>) {
  %a = llmc.kernel map (%i = %x : tensor<8x8xf32>) -> tensor<8x8xf32> {
    %m = llmc.map (%s = %i : tensor<8x8xf32>) -> tensor<8x8xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<8x8xf32>
  }
  // CHECK: llmc.kernel matmul
  // CHECK-SAME: places = [#llmc.place<arena 1>, #llmc.place<arena 0>]
  %r:2 = llmc.kernel matmul (%i = %x : tensor<8x8xf32>, %j = %a : tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
    %m = llmc.matmul %i, %i : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
    %t = llmc.transpose %m perm [1, 0] : tensor<8x8xf32> -> tensor<8x8xf32>
    %s = llmc.map (%p = %m : tensor<8x8xf32>, %q = %j : tensor<8x8xf32>) -> tensor<8x8xf32> {
      %v = arith.addf %p, %q : f32
      llmc.yield %v : f32
    }
    llmc.yield %t, %s : tensor<8x8xf32>, tensor<8x8xf32>
  }
  %c = llmc.kernel map (%i = %r#0 : tensor<8x8xf32>, %j = %r#1 : tensor<8x8xf32>) -> tensor<8x8xf32> {
    %m = llmc.map (%p = %i : tensor<8x8xf32>, %q = %j : tensor<8x8xf32>) -> tensor<8x8xf32> {
      %u = arith.mulf %p, %q : f32
      llmc.yield %u : f32
    }
    llmc.yield %m : tensor<8x8xf32>
  }
  return %c : tensor<8x8xf32>
}
