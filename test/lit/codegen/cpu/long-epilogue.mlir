// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --cpu x86-64-v4 --emit=llvm -o - | FileCheck %s

// An epilogue that takes many instructions stands once for all sums and heights of tiles, which wait in the memory of the thread;
// 1 / ln 2 is what each copy of an exponential begins with. LLVM unrolls the three vectors of a row. It is a function of its own, or
// its constants would take the registers of the sums.
// CHECK-LABEL: define {{.*}} @llmc_matmul_f32_0.epilogue__x86_64_v4(
// CHECK-COUNT-3: 0x3FF7154760000000
// CHECK-NOT: 0x3FF7154760000000
// CHECK-LABEL: define {{.*}} @llmc_matmul_f32_0__x86_64_v4(
// CHECK-NOT: 0x3FF7154760000000
// CHECK: call {{.*}} @llmc_matmul_f32_0.epilogue__x86_64_v4(
// CHECK-LABEL: define {{.*}} @llmc_model_bind
func.func @main(%x: tensor<?x64xf32> {llmc.name = "x", llmc.dims = ["n", "64"]}, %w: tensor<64x48xf32> {llmc.name = "w"})
    -> (tensor<?x48xf32> {llmc.name = "y"}) {
  %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x48xf32> -> tensor<?x48xf32>
  %y = llmc.map (%a = %m : tensor<?x48xf32>) -> tensor<?x48xf32> {
    %e = math.exp %a : f32
    llmc.yield %e : f32
  }
  return %y : tensor<?x48xf32>
}
