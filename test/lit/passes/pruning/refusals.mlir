// RUN: not llmc-opt %s --llmc-prune-channels=rules=channels=0.5,*tail*:channels=keep 2>&1 | FileCheck %s --check-prefix=NOBODY
// RUN: not llmc-opt %s --llmc-prune-channels=rules=channels=0.1 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not llmc-opt %s --llmc-prune-channels=rules=channels=keep 2>&1 | FileCheck %s --check-prefix=KEEP
// RUN: not llmc-opt %s --llmc-prune-channels=rules=channels=1 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: not llmc-opt %s --llmc-prune-channels=rules=channels=-0.5 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: not llmc-opt %s --llmc-prune-channels=rules=channels=nan 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: not llmc-opt %s --llmc-prune-channels=rules=rows=0.5 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not llmc-opt %s --llmc-prune-channels=rules=channels 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not llmc-opt %s --llmc-prune-channels=rules=channels=half 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not llmc-opt %s --llmc-prune-channels='rules=[:channels=0.5' 2>&1 | FileCheck %s --check-prefix=GLOB
// RUN: not llmc-opt %s --llmc-prune-heads=rules=heads=0.5 2>&1 | FileCheck %s --check-prefix=HEADS

// NOBODY: error: no channels that can go belong to a node that "*tail*:channels=keep" names; try: the names that llmc inspect tells
// FEW: error: no channels are pruned: 32 are too few to take so small a share of them away and leave a multiple of 16; try: other rules, such as channels=0.5
// KEEP: error: no channels are pruned; try
// SHARE: error: the pruning "channels={{.*}}" takes a share away that is not between 0 and 1; try: channels=0.5, or channels=keep
// KIND: error: can't read the pruning "{{.*}}"; try: channels=0.5, heads=0.25, layers=2, blocks=0.75 or weights=2:4, or rules PATTERN:channels=0.5
// GLOB: error: can't read the pattern of the pruning "[:channels=0.5"
// HEADS: error: no heads that can go belong to a node that "heads=0.5" names; try

llmc.weight @up : tensor<8x32xf32> from "w.bin" at 0
llmc.weight @down : tensor<32x8xf32> from "w.bin" at 1024

func.func @main(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]}) -> (tensor<?x8xf32> {llmc.name = "y"}) {
  %u = llmc.get_weight @up : tensor<8x32xf32>
  %d = llmc.get_weight @down : tensor<32x8xf32>
  %h = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32> loc("up")
  %y = llmc.matmul %h, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("down")
  return %y : tensor<?x8xf32>
}
