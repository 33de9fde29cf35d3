// RUN: llmc compile %s --cpu x86-64-v3 --emit=llvm -o - | FileCheck %s

// Of several threads that meet a wrong index, the first to put its check's number into word 0 stores the two values: the
// three words speak of one failure. Two gathers that are equal but for their checks are one function: it is told the
// number of its first check.
// CHECK-LABEL: define internal void @llmc_gather_f32_0__x86_64_v3(
// CHECK: %[[FIRST:.*]] = load i64
// CHECK: %[[CODE:.*]] = add i64 %[[FIRST]], 1
// CHECK-NOT: store i64 %[[CODE]], ptr
// CHECK: cmpxchg ptr %{{[0-9a-z.]+}}, i64 0, i64 %[[CODE]] monotonic monotonic
// CHECK: br i1
// CHECK-NOT: store i64 %[[CODE]], ptr
// CHECK: store i64 50, ptr
// CHECK-NOT: define internal void @llmc_gather
// CHECK-LABEL: define {{.*}} @llmc_model_run__x86_64_v3(
// CHECK: store i64 5, ptr %[[PLACE:.*]], align
// CHECK: call i32 %{{.*}} @llmc_gather_f32_0__x86_64_v3,
// CHECK: store i64 6, ptr %[[PLACE]], align
// CHECK: call i32 %{{.*}} @llmc_gather_f32_0__x86_64_v3,
func.func @lookup(%table: tensor<50x64xf32> {llmc.name = "table"}, %ids: tensor<?xi64> {llmc.name = "ids", llmc.dims = ["n"]},
                  %others: tensor<?xi64> {llmc.name = "others", llmc.dims = ["n"]})
    -> (tensor<?x64xf32> {llmc.name = "y"}, tensor<?x64xf32> {llmc.name = "z"}) {
  %y = llmc.gather %table, %ids axis 0 : tensor<50x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  %z = llmc.gather %table, %others axis 0 : tensor<50x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  return %y, %z : tensor<?x64xf32>, tensor<?x64xf32>
}
