// RUN: rm -rf %t && not llmc compile %s -o %t --cpu native 2>&1 | FileCheck %s
// RUN: not ls %t/manifest.json

// What a product is said to know of its weight is held against it when the weight is written. These numbers are the text of
// this file, which holds no zeros.
// CHECK: error: {{.*}}blocks-that-are-none.mlir:{{.*}}: 'llmc.find_blocks' finds 8 blocks in panel 0 that are not zero, not 2
llmc.weight @w : tensor<8x16xf32> from "blocks-that-are-none.mlir" at 0

func.func @main(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]}) -> (tensor<?x16xf32> {llmc.name = "y"}) {
  %w = llmc.get_weight @w : tensor<8x16xf32>
  %y = llmc.matmul %x, %w {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 2>}
    : tensor<?x8xf32>, tensor<8x16xf32> -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}
