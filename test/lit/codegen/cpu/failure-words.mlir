// RUN: llmc compile %s --cpu x86-64-v3 --emit=llvm -o - | FileCheck %s

// Of several threads that meet a wrong index, the first to put its check's number into word 0 stores the two values: the
// three words speak of one failure.
// CHECK-LABEL: define internal void @llmc_gather_f32_0__x86_64_v3(
// CHECK-NOT: store i64 5, ptr
// CHECK: cmpxchg ptr %{{[0-9a-z.]+}}, i64 0, i64 5 monotonic monotonic
// CHECK: br i1
// CHECK-NOT: store i64 5, ptr
// CHECK: store i64 50, ptr
func.func @lookup(%table: tensor<50x64xf32> {llmc.name = "table"}, %ids: tensor<?xi64> {llmc.name = "ids", llmc.dims = ["n"]})
    -> (tensor<?x64xf32> {llmc.name = "y"}) {
  %y = llmc.gather %table, %ids axis 0 : tensor<50x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
