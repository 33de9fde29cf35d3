// RUN: llmc-opt %s --llmc-prune-blocks='rules=blocks=0.75,up:blocks=keep groups=bytes=4' | FileCheck %s
// RUN: llmc-opt %s --llmc-prune-blocks='rules=blocks=0.75,up:blocks=keep marks' | FileCheck %s --check-prefix=MARKS
// RUN: not llmc-opt %s --llmc-prune-blocks='rules=blocks=0.75,*tail*:blocks=keep' 2>&1 | FileCheck %s --check-prefix=NOBODY
// RUN: not llmc-opt %s --llmc-prune-blocks='rules=blocks=0.01' 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not llmc-opt %s --llmc-prune-blocks='rules=blocks=keep' 2>&1 | FileCheck %s --check-prefix=KEEP
// RUN: not llmc-opt %s --llmc-prune-blocks='rules=blocks=1.5' 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: not llmc-opt %s --llmc-prune-blocks='rules=blocks=0.5 groups=4' 2>&1 | FileCheck %s --check-prefix=ROWS

// NOBODY: error: no product of a weight with blocks that can go comes from a node that "*tail*:blocks=keep" names; try: the names that llmc inspect tells
// FEW: error: no blocks are pruned: 8 are too few to take so small a share of them away; try: other rules, such as blocks=0.5
// KEEP: error: no blocks are pruned; try
// SHARE: error: the pruning "blocks=1.5" takes a share away that is not between 0 and 1; try: blocks=0.5, or blocks=keep
// ROWS: error: can't read the rows of blocks "4"; try: *=4

module attributes {llmc.moments = {down = @down.moments}} {
  // CHECK: llmc.weight @out.blocks1of2x4 : tensor<8x20xf32> {
  // CHECK: llmc.sparsify %{{.*}} rows 4 columns 16 keep 1 of 2 : tensor<8x20xf32> -> tensor<8x20xf32>
  // CHECK: llmc.weight @down.blocks8of32x1 : tensor<32x8xf32> {
  // CHECK-DAG: %[[W:.*]] = llmc.get_weight @down :
  // CHECK-DAG: %[[M:.*]] = llmc.get_weight @down.moments
  // CHECK: llmc.sparsify %[[W]] moments %[[M]] rows 1 columns 16 keep 8 of 32 : tensor<32x8xf32>, tensor<32x32xf32> -> tensor<32x8xf32>
  llmc.weight @up : tensor<8x32xf32> from "w.bin" at 0
  llmc.weight @down : tensor<32x8xf32> from "w.bin" at 1024
  llmc.weight @out : tensor<8x20xf32> from "w.bin" at 2048
  llmc.weight @down.moments : tensor<32x32xf32> from "calibration" at 0

  // CHECK-LABEL: @products
  // CHECK-SAME: {all = 32 : i64, kind = "blocks", left = 8 : i64, nodes = ["down"], why = "they count most on the calibration data, and make up for the others"}
  // CHECK-SAME: {all = 2 : i64, kind = "blocks", left = 1 : i64, nodes = ["bytes"], why = "they count most by their weights"}
  // CHECK: llmc.matmul %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<8x32xf32>
  // CHECK: llmc.matmul %{{.*}} {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 8>} : tensor<?x32xf32>, tensor<32x8xf32>
  // CHECK: llmc.matmul %{{.*}} {llmc.blocks = #llmc.blocks<rows = 4, columns = 16, count = 1>} : tensor<?x8xf32>, tensor<8x20xf32>
  // What is computed is no weight.
  // CHECK: llmc.matmul %{{.*}}, %{{.*}} : tensor<?x20xf32>, tensor<20x?xf32>

  // MARKS-LABEL: @products
  // MARKS: llmc.matmul %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<8x32xf32>
  // MARKS: llmc.matmul {{.*}} {llmc.measured} : tensor<?x32xf32>, tensor<32x8xf32>
  // MARKS: llmc.matmul {{.*}} {llmc.measured} : tensor<?x8xf32>, tensor<8x20xf32>
  func.func @products(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]}) -> (tensor<?x?xf32> {llmc.name = "y"}) {
    %u = llmc.get_weight @up : tensor<8x32xf32>
    %d = llmc.get_weight @down : tensor<32x8xf32>
    %o = llmc.get_weight @out : tensor<8x20xf32>
    %h = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32> loc("up")
    %g = llmc.matmul %h, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("down")
    %z = llmc.matmul %g, %o : tensor<?x8xf32>, tensor<8x20xf32> -> tensor<?x20xf32> loc("bytes")
    %t = llmc.transpose %z perm [1, 0] : tensor<?x20xf32> -> tensor<20x?xf32>
    %y = llmc.matmul %z, %t : tensor<?x20xf32>, tensor<20x?xf32> -> tensor<?x?xf32> loc("scores")
    return %y : tensor<?x?xf32>
  }
}
