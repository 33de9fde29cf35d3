// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @relations(
func.func @relations() {
  // CHECK: llmc.check "equal" "past + seq", "total" "mask: dim 1 is {1} but past + seq is {0}"
  llmc.check "equal" "past + seq", "total" "mask: dim 1 is {1} but past + seq is {0}"
  // CHECK: llmc.check "repeat" "a", "b" "message"
  llmc.check "repeat" "a", "b" "message"
  // CHECK: llmc.check "broadcast" "a", "b" "message"
  llmc.check "broadcast" "a", "b" "message"
  // CHECK: llmc.check "least" "a", "1" "message"
  llmc.check "least" "a", "1" "message"
  return
}

// -----

func.func @check_c1() {
  // expected-error@+1 {{'llmc.check' op checks for equal, repeat, broadcast or least, not for "most"}}
  llmc.check "most" "a", "1" "message"
  return
}
