// RUN: llmc compile %s --cpu x86-64-v4 --emit=llvm -o - | FileCheck %s

// One loop goes along the axis: it adds an element to the sum of its column, which stays in a register where columns are few, and
// stores that.
// CHECK-LABEL: define internal void @llmc_running_sum_f32_0__x86_64_v4(
// CHECK: %[[SUM:[0-9]+]] = phi <16 x float>
// CHECK: %[[X:[0-9]+]] = load <16 x float>
// CHECK-NEXT: %[[NEXT:[0-9]+]] = fadd <16 x float> %[[SUM]], %[[X]]
// CHECK: store <16 x float> %[[NEXT]]
// CHECK-LABEL: define {{.*}} @llmc_model_bind
func.func @main(%x: tensor<?x16xf32> {llmc.name = "x", llmc.dims = ["n", "16"]}) -> (tensor<?x16xf32> {llmc.name = "y"}) {
  %y = llmc.running_sum %x axis 0 : tensor<?x16xf32> -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}
