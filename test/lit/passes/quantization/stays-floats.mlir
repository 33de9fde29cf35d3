// RUN: llmc-opt %s --llmc-quantize-products='rules=*h*=int8,head.last=float,half=bf16' | FileCheck %s
// RUN: llmc-opt %s --llmc-quantize-products='rules=*h*=int8,head.last=float,half=bf16' --llmc-kernels | FileCheck %s --check-prefix=KERNEL

llmc.weight @w : tensor<32x48xf32> from "w.bin" at 0
llmc.weight @h : tensor<32x48xf16> from "w.bin" at 0
llmc.weight @b : tensor<2x32x48xf32> from "w.bin" at 0

// What quantization leaves as it is has the reason on record; what becomes narrow has none, nor have products without
// weights.
// CHECK-LABEL: func.func @says_why
// CHECK: llmc.matmul {{.*}} {llmc.decisions = [#llmc.decision<"product stays floats", "no rule names it">]}
// CHECK: llmc.matmul {{.*}} {llmc.decisions = [#llmc.decision<"product stays floats", "the rule head.last=float">]}
// CHECK: llmc.matmul {{.*}} unsigned, {{.*}} : tensor<?x32xi8>
// CHECK: llmc.matmul {{.*}} {llmc.decisions = [#llmc.decision<"product stays floats", "only products of f32 have weights of 16 bits">]}
// CHECK: llmc.matmul {{.*}} {llmc.decisions = [#llmc.decision<"product stays floats", "only weights that are matrices,
// CHECK: llmc.matmul %{{[^ ]*}}, %{{[^ ]*}} :

// It goes on to the kernels, through other forms of a product.
// KERNEL: llmc.kernel packed_matmul {{.*}}#llmc.decision<"product stays floats", "no rule names it">
// KERNEL: llmc.kernel packed_matmul {{.*}}#llmc.decision<"product stays floats", "the rule head.last=float">
func.func @says_why(%x: tensor<?x?x32xf32> {llmc.dims = ["b", "n", "32"]}, %y: tensor<?x32xf16> {llmc.dims = ["n", "32"]},
                    %z: tensor<2x?x32xf32> {llmc.dims = ["2", "n", "32"]})
    -> (tensor<?x?x48xf32>, tensor<?x?x48xf32>, tensor<?x?x48xf32>, tensor<?x48xf16>, tensor<2x?x48xf32>, tensor<2x?x?xf32>) {
  %w = llmc.get_weight @w : tensor<32x48xf32>
  %h = llmc.get_weight @h : tensor<32x48xf16>
  %b = llmc.get_weight @b : tensor<2x32x48xf32>
  %0 = llmc.matmul %x, %w : tensor<?x?x32xf32>, tensor<32x48xf32> -> tensor<?x?x48xf32> loc("body")
  %1 = llmc.matmul %x, %w : tensor<?x?x32xf32>, tensor<32x48xf32> -> tensor<?x?x48xf32> loc("head.last")
  %2 = llmc.matmul %x, %w : tensor<?x?x32xf32>, tensor<32x48xf32> -> tensor<?x?x48xf32> loc("head.first")
  %3 = llmc.matmul %y, %h : tensor<?x32xf16>, tensor<32x48xf16> -> tensor<?x48xf16> loc("half")
  %4 = llmc.matmul %z, %b : tensor<2x?x32xf32>, tensor<2x32x48xf32> -> tensor<2x?x48xf32> loc("batch")
  %t = llmc.transpose %z perm [0, 2, 1] : tensor<2x?x32xf32> -> tensor<2x32x?xf32>
  %5 = llmc.matmul %z, %t : tensor<2x?x32xf32>, tensor<2x32x?xf32> -> tensor<2x?x?xf32> loc("scores")
  return %0, %1, %2, %3, %4, %5 : tensor<?x?x48xf32>, tensor<?x?x48xf32>, tensor<?x?x48xf32>, tensor<?x48xf16>, tensor<2x?x48xf32>, tensor<2x?x?xf32>
}
