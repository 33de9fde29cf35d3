// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-insert-checks))' --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: @checks_what_nothing_proves
func.func @checks_what_nothing_proves(%a: tensor<?xf32> {llmc.dims = ["n"]}, %b: tensor<?xf32> {llmc.dims = ["m"]}) -> tensor<?xf32> {
  // CHECK: llmc.check "broadcast" "n", "m"
  %y = llmc.map (%x = %a : tensor<?xf32>, %z = %b : tensor<?xf32>) -> tensor<?xf32> {
    %s = arith.addf %x, %z : f32
    llmc.yield %s : f32
  }
  return %y : tensor<?xf32>
}

// CHECK-LABEL: @needs_no_check
func.func @needs_no_check(%a: tensor<?xf32> {llmc.dims = ["n"]}, %b: tensor<?xf32> {llmc.dims = ["n"]}) -> tensor<?xf32> {
  // CHECK-NOT: llmc.check
  %y = llmc.map (%x = %a : tensor<?xf32>, %z = %b : tensor<?xf32>) -> tensor<?xf32> {
    %s = arith.addf %x, %z : f32
    llmc.yield %s : f32
  }
  return %y : tensor<?xf32>
}

// -----

func.func @refuses_sizes_from_data(%n: tensor<i64>) -> tensor<?xi64> {
  %e = tensor.extract %n[] : tensor<i64>
  %i = arith.index_cast %e : i64 to index
  // expected-error @below {{a size of its output depends on the values of a tensor}}
  %y = llmc.iota [%i] : tensor<?xi64>
  return %y : tensor<?xi64>
}
