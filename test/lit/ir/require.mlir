// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @relations(
func.func @relations(%n: index, %m: index) {
  // CHECK: llmc.require "equal" %{{[^ ]+}}, %{{[^ ]+}} "sizes"
  llmc.require "equal" %n, %m "sizes"
  // CHECK: llmc.require "repeat" %{{[^ ]+}}, %{{[^ ]+}} "sizes"
  llmc.require "repeat" %n, %m "sizes"
  // CHECK: llmc.require "broadcast" %{{[^ ]+}}, %{{[^ ]+}} "sizes"
  llmc.require "broadcast" %n, %m "sizes"
  // CHECK: llmc.require "least" %{{[^ ]+}}, %{{[^ ]+}} "sizes"
  llmc.require "least" %n, %m "sizes"
  return
}

// -----

func.func @require_c1(%n: index) {
  // expected-error@+1 {{'llmc.require' op checks for equal, repeat, broadcast or least, not for "most"}}
  llmc.require "most" %n, %n "sizes"
  return
}
