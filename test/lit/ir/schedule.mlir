// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @carries_schedules(
func.func @carries_schedules(%0: tensor<?x64xf32>, %1: tensor<64x64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.kernel matmul
  // CHECK-SAME: attributes {llmc.decisions = [#llmc.decision<"result stored", "an output">],
  // CHECK-SAME: schedules = [#llmc.schedule<"a", "8x48", rows = 8, vectors = 3, chunk = 192, why = "w">,
  // CHECK-SAME:              #llmc.schedule<"b", "6x16", rows = 6, vectors = 2, chunk = 96, depth = 768, why = "">]} {
  %2 = llmc.kernel matmul (%x = %0 : tensor<?x64xf32>, %w = %1 : tensor<64x64xf32>) -> tensor<?x64xf32> attributes {
    llmc.decisions = [#llmc.decision<"result stored", "an output">],
    schedules = [#llmc.schedule<"a", "8x48", rows = 8, vectors = 3, chunk = 192, why = "w">,
                 #llmc.schedule<"b", "6x16", rows = 6, vectors = 2, chunk = 96, depth = 768, why = "">]} {
    %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
    llmc.yield %m : tensor<?x64xf32>
  }
  return %2 : tensor<?x64xf32>
}

// -----

func.func @kernel_c5(%0: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.kernel' op has two schedules for a}}
  %1 = llmc.kernel map (%x = %0 : tensor<2xf32>) -> tensor<2xf32> attributes {
    schedules = [#llmc.schedule<"a", "r", rows = 1, vectors = 1, chunk = 1, why = "">,
                 #llmc.schedule<"a", "s", rows = 1, vectors = 1, chunk = 1, why = "">]} {
    llmc.yield %x : tensor<2xf32>
  }
  return %1 : tensor<2xf32>
}

// -----

// expected-error@+1 {{rows, vectors and chunk of a schedule are at least 1}}
func.func private @no_rows() attributes {llmc.x = #llmc.schedule<"a", "r", rows = 0, vectors = 1, chunk = 1, why = "">}

// -----

// expected-error@+1 {{depth of a schedule is at least 1, or 0 for all}}
func.func private @no_depth() attributes {llmc.x = #llmc.schedule<"a", "r", rows = 1, vectors = 1, chunk = 1, depth = -1, why = "">}

// -----

func.func @decisions(%0: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.softmax' op llmc.decisions is a list of #llmc.decision}}
  %1 = llmc.softmax %0 axis 0 {llmc.decisions = ["why"]} : tensor<2xf32> -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
