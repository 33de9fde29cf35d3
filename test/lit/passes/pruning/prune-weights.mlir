// RUN: llmc-opt %s --llmc-prune-weights='rules=weights=0.75,up:weights=keep,out:weights=2:4' | FileCheck %s
// RUN: llmc-opt %s --llmc-prune-weights='rules=weights=2:4,up:weights=keep marks' | FileCheck %s --check-prefix=MARKS
// RUN: llmc-opt %s --llmc-prune-blocks='rules=out:blocks=0.5' --llmc-prune-weights='rules=out:weights=0.5' | FileCheck %s --check-prefix=BOTH
// RUN: not llmc-opt %s --llmc-prune-weights='rules=weights=0.75,*tail*:weights=keep' 2>&1 | FileCheck %s --check-prefix=NOBODY
// RUN: not llmc-opt %s --llmc-prune-weights='rules=weights=0.01' 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not llmc-opt %s --llmc-prune-weights='rules=weights=60:64' 2>&1 | FileCheck %s --check-prefix=SPAN
// RUN: not llmc-opt %s --llmc-prune-weights='rules=weights=keep' 2>&1 | FileCheck %s --check-prefix=KEEP
// RUN: not llmc-opt %s --llmc-prune-weights='rules=weights=1.5' 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: not llmc-opt %s --llmc-prune-weights='rules=weights=4:2' 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: not llmc-opt %s --llmc-prune-weights='rules=weights=2:four' 2>&1 | FileCheck %s --check-prefix=WORD

// NOBODY: error: no product of a weight comes from a node that "*tail*:weights=keep" names; try: the names that llmc inspect tells
// FEW: error: no weights are pruned: {{8|32|10}} are too few to take so small a share of them away; try: other rules, such as weights=0.5
// SPAN: error: no weights are pruned: {{8|32|10}} are too few to take so small a share of them away
// KEEP: error: no weights are pruned; try
// SHARE: error: the pruning "weights=1.5" takes a share away that is not between 0 and 1; try: weights=0.5, or weights=keep
// ALL: error: the pruning "weights=4:2" leaves no part of the numbers of a weight; try: weights=2:4, which leaves 2 of 4
// WORD: error: can't read the pruning "weights=2:four"; try

module attributes {llmc.moments = {down = @down.moments}} {
  // CHECK: llmc.weight @out.weights2of4x1 : tensor<10x20xf32> {
  // CHECK: llmc.sparsify %{{.*}} rows 1 columns 1 keep 2 of 4 : tensor<10x20xf32> -> tensor<10x20xf32>
  // CHECK: llmc.weight @down.weights8of32x1 : tensor<32x10xf32> {
  // CHECK-DAG: %[[W:.*]] = llmc.get_weight @down :
  // CHECK-DAG: %[[M:.*]] = llmc.get_weight @down.moments
  // CHECK: llmc.sparsify %[[W]] moments %[[M]] rows 1 columns 1 keep 8 of 32 : tensor<32x10xf32>, tensor<32x32xf32> -> tensor<32x10xf32>
  llmc.weight @up : tensor<8x32xf32> from "w.bin" at 0
  llmc.weight @down : tensor<32x10xf32> from "w.bin" at 1024
  llmc.weight @out : tensor<10x20xf32> from "w.bin" at 2304
  llmc.weight @down.moments : tensor<32x32xf32> from "calibration" at 0

  // CHECK-LABEL: @products
  // CHECK-SAME: {all = 32 : i64, kind = "weights", left = 8 : i64, nodes = ["down"], why = "they count most on the calibration data, and make up for the others; the zeros are multiplied, since kernels only leave blocks of them out"}
  // CHECK-SAME: {all = 10 : i64, kind = "weights", left = 6 : i64, nodes = ["out"], why = "they count most by their weights; the zeros
  // CHECK-NOT: llmc.blocks
  // CHECK: llmc.matmul %{{.*}}, %{{.*}} : tensor<?x20xf32>, tensor<20x?xf32>

  // MARKS-LABEL: @products
  // MARKS: llmc.matmul %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<8x32xf32>
  // MARKS: llmc.matmul {{.*}} {llmc.measured} : tensor<?x32xf32>, tensor<32x10xf32>
  // MARKS: llmc.matmul {{.*}} {llmc.measured} : tensor<?x10xf32>, tensor<10x20xf32>

  // Of what blocks left; what is known of them still holds.
  // BOTH: llmc.sparsify %{{.*}} rows 1 columns 1 keep 5 of 10
  // BOTH: llmc.matmul {{.*}} {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 5>}
  func.func @products(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]}) -> (tensor<?x?xf32> {llmc.name = "y"}) {
    %u = llmc.get_weight @up : tensor<8x32xf32>
    %d = llmc.get_weight @down : tensor<32x10xf32>
    %o = llmc.get_weight @out : tensor<10x20xf32>
    %h = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32> loc("up")
    %g = llmc.matmul %h, %d : tensor<?x32xf32>, tensor<32x10xf32> -> tensor<?x10xf32> loc("down")
    %z = llmc.matmul %g, %o : tensor<?x10xf32>, tensor<10x20xf32> -> tensor<?x20xf32> loc("out")
    %t = llmc.transpose %z perm [1, 0] : tensor<?x20xf32> -> tensor<20x?xf32>
    %y = llmc.matmul %z, %t : tensor<?x20xf32>, tensor<20x?xf32> -> tensor<?x?xf32> loc("scores")
    return %y : tensor<?x?xf32>
  }
}
