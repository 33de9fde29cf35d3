// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// What pruning left of a function is on record in its attributes.
// CHECK: llmc.pruning = [{all = 64 : i64, kind = "channels", left = 16 : i64, nodes = ["up", "down"], why = "they count most"}]
func.func @record() attributes {llmc.pruning = [{all = 64, kind = "channels", left = 16, nodes = ["up", "down"], why = "they count most"}]} {
  return
}

// -----

// expected-error@+1 {{llmc.pruning is a list of {all}}
func.func @no_record() attributes {llmc.pruning = [1]} {
  return
}

// -----

// expected-error@+1 {{llmc.pruning is a list of {all}}
func.func @without_reason() attributes {llmc.pruning = [{all = 64, kind = "channels", left = 16, nodes = []}]} {
  return
}

// -----

// How much layers change what goes through them, as data have told.
// CHECK: module attributes {llmc.changes = array<f64: 2.500000e-01, 1.000000e+00>}
module attributes {llmc.changes = array<f64: 0.25, 1.0>} {
}

// -----

// expected-error@+1 {{llmc.changes is an array<f64> of the module}}
module attributes {llmc.changes = [0.25]} {
}
