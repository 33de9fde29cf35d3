// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @formula(
func.func @formula() -> index {
  // CHECK: llmc.size "batch * past + seq"
  %r = llmc.size "batch * past + seq"
  return %r : index
}

// -----

func.func @size_c1() -> index {
  // expected-error@+1 {{'llmc.size' op is no formula: "batch seq"}}
  %r = llmc.size "batch seq"
  return %r : index
}
