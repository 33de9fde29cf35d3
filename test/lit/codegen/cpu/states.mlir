// RUN: llmc compile %s --cpu x86-64-v3 --emit=llvm -o - | FileCheck %s

// States of equal layers are appended by one function, and read by one. A tensor of the same sizes that is no state lies
// without room between its rows, so it is read by another.
// CHECK: define internal void @llmc_concat_f32_0__x86_64_v3(
// CHECK-NOT: define internal void @llmc_concat
// CHECK: define internal void @llmc_map_f32_1__x86_64_v3(
// CHECK: define internal void @llmc_map_f32_2__x86_64_v3(
// CHECK-NOT: define internal void @llmc_map

// bind is told the capacity, and leaves it as a word behind the symbols.
// CHECK: define {{.*}} @llmc_model_bind__x86_64_v3({{.*}} %0, i64 %1, {{.*}} %2, {{.*}} %3, {{.*}} %4, {{.*}} %5)
// CHECK: %[[PLACE:.*]] = getelementptr i8, ptr %2, i64 24
// CHECK: store i64 %1, ptr %[[PLACE]]

// CHECK: define {{.*}} @llmc_model_run__x86_64_v3(
// CHECK: call i32 %{{.*}} @llmc_concat_f32_0__x86_64_v3,
// CHECK: call i32 %{{.*}} @llmc_concat_f32_0__x86_64_v3,
func.func @layers(%a: tensor<?x?x4xf32> {llmc.name = "a", llmc.dims = ["b", "past", "4"]},
                  %b: tensor<?x?x4xf32> {llmc.name = "b", llmc.dims = ["b", "past", "4"]},
                  %new: tensor<?x?x4xf32> {llmc.name = "new", llmc.dims = ["b", "n", "4"]},
                  %other: tensor<?x?x4xf32> {llmc.name = "other", llmc.dims = ["b", "past + n", "4"]})
    -> (tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>) {
  %x = llmc.concat %a, %new axis 1 : tensor<?x?x4xf32>, tensor<?x?x4xf32> -> tensor<?x?x4xf32>
  %y = llmc.concat %b, %new axis 1 : tensor<?x?x4xf32>, tensor<?x?x4xf32> -> tensor<?x?x4xf32>
  %p = llmc.map (%e = %x : tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
    %s = arith.mulf %e, %e : f32
    llmc.yield %s : f32
  }
  %q = llmc.map (%e = %y : tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
    %s = arith.mulf %e, %e : f32
    llmc.yield %s : f32
  }
  %r = llmc.map (%e = %other : tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
    %s = arith.mulf %e, %e : f32
    llmc.yield %s : f32
  }
  return %x, %y, %p, %q, %r : tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>
}
