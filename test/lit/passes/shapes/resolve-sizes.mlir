// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-resolve-sizes,canonicalize))' | FileCheck %s

// The exporter's idiom for [batch, seq, 64] -> [batch * seq, 64].
// CHECK-LABEL: @divides_exactly
func.func @divides_exactly(%x: tensor<?x?x64xf32> {llmc.dims = ["batch", "seq", "64"]}) -> tensor<?x?xf32> {
  // CHECK: %[[S:.*]] = llmc.size "batch * seq"
  // CHECK: llmc.reshape %arg0 to [%[[S]], 64] : tensor<?x?x64xf32> -> tensor<?x64xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x64xf32>
  %s = tensor.dim %x, %c1 : tensor<?x?x64xf32>
  %bs = arith.muli %b, %s : index
  %all = arith.muli %bs, %c64 : index
  %rest = arith.floordivsi %all, %bs : index
  %y = llmc.reshape %x to [%bs, %rest] : tensor<?x?x64xf32> -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// CHECK-LABEL: @decides_selects_on_signs
func.func @decides_selects_on_signs(%x: tensor<?xf32> {llmc.dims = ["n"]}) -> tensor<?xf32> {
  // CHECK: %[[N:.*]] = llmc.size "n"
  // CHECK: llmc.expand %arg0 to [%[[N]]]
  %c0 = arith.constant 0 : index
  %m1 = arith.constant -1 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %is = arith.cmpi eq, %n, %m1 : index
  %v = arith.select %is, %c1, %n : index
  %y = llmc.expand %x to [%v] : tensor<?xf32> -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// CHECK-LABEL: @shapes_become_formulas
func.func @shapes_become_formulas(%x: tensor<?x?xf32> {llmc.dims = ["past", "past + seq"]}) -> tensor<2xi64> {
  // CHECK: llmc.shape ["past", "past + seq"] : tensor<2xi64>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.dim %x, %c0 : tensor<?x?xf32>
  %b = tensor.dim %x, %c1 : tensor<?x?xf32>
  %ai = arith.index_cast %a : index to i64
  %bi = arith.index_cast %b : index to i64
  %t = tensor.from_elements %ai, %bi : tensor<2xi64>
  return %t : tensor<2xi64>
}

// CHECK-LABEL: @keeps_what_depends_on_data
func.func @keeps_what_depends_on_data(%n: tensor<i64>) -> tensor<?xi64> {
  // CHECK: tensor.extract
  // CHECK: llmc.iota [%{{.*}}] : tensor<?xi64>
  %e = tensor.extract %n[] : tensor<i64>
  %i = arith.index_cast %e : i64 to index
  %y = llmc.iota [%i] : tensor<?xi64>
  return %y : tensor<?xi64>
}
