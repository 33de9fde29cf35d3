// RUN: llmc-opt %s --llmc-find-zeros='rules=zeros,other:zeros=keep groups=bytes=4' | FileCheck %s
// RUN: not llmc-opt %s --llmc-find-zeros='rules=zeros=0.5' 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: not llmc-opt %s --llmc-find-zeros='rules=zeros,*tail*:zeros' 2>&1 | FileCheck %s --check-prefix=NOBODY
// RUN: not llmc-opt %s --llmc-find-zeros='rules=full:zeros' 2>&1 | FileCheck %s --check-prefix=NONE

// SHARE: error: the pruning "zeros=0.5" takes a share away that zeros don't have; try: zeros, or zeros=keep
// NOBODY: error: no product of a weight comes from a node that "*tail*:zeros" names; try
// NONE: error: no weight has zeros in whole blocks of all of its panels; try: blocks=0.5, which puts them there

module attributes {llmc.zeros = {w = [#llmc.blocks<rows = 1, columns = 16, count = 3>, #llmc.blocks<rows = 4, columns = 16, count = 1>],
                                 full = [#llmc.blocks<rows = 1, columns = 16, count = 8>]}} {
  llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0
  llmc.weight @full : tensor<8x8xf32> from "w.bin" at 256
  llmc.weight @unseen : tensor<8x8xf32> from "w.bin" at 512

  // CHECK-LABEL: @products
  // CHECK-SAME: llmc.pruning = [{all = 8 : i64, kind = "blocks", left = 3 : i64, nodes = ["floats"], why = "the others are zero"}, {all = 2 : i64, kind = "blocks", left = 1 : i64, nodes = ["bytes"], why = "the others are zero"}]
  func.func @products(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]}) -> (tensor<?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %f = llmc.get_weight @full : tensor<8x8xf32>
    %u = llmc.get_weight @unseen : tensor<8x8xf32>
    // CHECK: llmc.matmul {{.*}} {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 3>}
    %a = llmc.matmul %x, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> loc("floats")
    // CHECK: llmc.matmul {{.*}} {llmc.blocks = #llmc.blocks<rows = 4, columns = 16, count = 1>}
    %b = llmc.matmul %a, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> loc("bytes")
    // CHECK: llmc.matmul %{{.*}}, %{{.*}} : tensor<?x8xf32>
    %c = llmc.matmul %b, %f : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> loc("full")
    // CHECK: llmc.matmul %{{.*}}, %{{.*}} : tensor<?x8xf32>
    %d = llmc.matmul %c, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> loc("other")
    // Nobody has counted here: all may hold numbers.
    // CHECK: llmc.matmul {{.*}} {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 8>}
    %e = llmc.matmul %d, %u : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> loc("unseen")
    return %e : tensor<?x8xf32>
  }
}
