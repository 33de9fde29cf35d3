// RUN: llmc-opt %s --llmc-choose-schedules="triple=x86_64-linux-gnu" | FileCheck %s
// RUN: llmc-opt %s --llmc-choose-schedules="levels=x86-64-v3 triple=x86_64-linux-gnu" | FileCheck %s --check-prefix=ONE
// RUN: llmc-opt %s --llmc-choose-schedules="triple=aarch64-linux-gnu" | FileCheck %s --check-prefix=ARM
// RUN: not llmc-opt %s --llmc-choose-schedules="levels=x86-64-v9 triple=x86_64-linux-gnu" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: unknown cpu level "x86-64-v9"; try: all, native, x86-64-v3, x86-64-v3-vnni, x86-64-v4, x86-64-v4-vnni, x86-64-v4-bf16, x86-64-v4-amx

// CHECK-LABEL: @any_rows(
// CHECK: schedules = [#llmc.schedule<"x86-64-v3", "32_6x16", rows = 6, vectors = 2, chunk = 64, why = "the only row for sums of 32 bits">,
// CHECK-SAME: #llmc.schedule<"x86-64-v4", "32_8x48", rows = 8, vectors = 3, chunk = 64, why = "the fastest of 3 rows for 128 x 96 x 64, by the model">]
// ONE-LABEL: @any_rows(
// ONE: schedules = [#llmc.schedule<"x86-64-v3", {{[^>]*}}>]
// ARM-LABEL: @any_rows(
// ARM: schedules = [#llmc.schedule<"armv8-a", "32_6x16", rows = 6, vectors = 4, {{[^>]*}}>]
func.func @any_rows(%0: tensor<?x64xf32> {llmc.name = "x", llmc.dims = ["n", "64"]}, %1: tensor<64x96xf32>) -> tensor<?x96xf32> {
  %2 = llmc.kernel matmul (%x = %0 : tensor<?x64xf32>, %w = %1 : tensor<64x96xf32>) -> tensor<?x96xf32> {
    %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x96xf32> -> tensor<?x96xf32>
    llmc.yield %m : tensor<?x96xf32>
  }
  return %2 : tensor<?x96xf32>
}

// One vector of columns that is left over would cost the tall tile as much as a load a row.
// CHECK-LABEL: @left_over(
// CHECK: "x86-64-v4", "32_4x64", rows = 4, vectors = 4
func.func @left_over(%0: tensor<128x64xf32>, %1: tensor<64x64xf32>) -> tensor<128x64xf32> {
  %2 = llmc.kernel matmul (%x = %0 : tensor<128x64xf32>, %w = %1 : tensor<64x64xf32>) -> tensor<128x64xf32> {
    %m = llmc.matmul %x, %w : tensor<128x64xf32>, tensor<64x64xf32> -> tensor<128x64xf32>
    llmc.yield %m : tensor<128x64xf32>
  }
  return %2 : tensor<128x64xf32>
}

// Two rows of 8x48 would wait for each other's sums: the wide tile has more of them.
// CHECK-LABEL: @two_rows(
// CHECK: "x86-64-v4", "32_2x96", rows = 2, vectors = 6
func.func @two_rows(%0: tensor<2x64xf32>, %1: tensor<64x192xf32>) -> tensor<2x192xf32> {
  %2 = llmc.kernel matmul (%x = %0 : tensor<2x64xf32>, %w = %1 : tensor<64x192xf32>) -> tensor<2x192xf32> {
    %m = llmc.matmul %x, %w : tensor<2x64xf32>, tensor<64x192xf32> -> tensor<2x192xf32>
    llmc.yield %m : tensor<2x192xf32>
  }
  return %2 : tensor<2x192xf32>
}

// Sums of 64 bits are half as many in a vector.
// CHECK-LABEL: @wide_sums(
// CHECK: "x86-64-v3", "64_2x16", rows = 2, vectors = 4
// CHECK-SAME: "x86-64-v4", "64_6x32", rows = 6, vectors = 4
func.func @wide_sums(%0: tensor<12x64xf64>, %1: tensor<64x64xf64>) -> tensor<12x64xf64> {
  %2 = llmc.kernel matmul (%x = %0 : tensor<12x64xf64>, %w = %1 : tensor<64x64xf64>) -> tensor<12x64xf64> {
    %m = llmc.matmul %x, %w : tensor<12x64xf64>, tensor<64x64xf64> -> tensor<12x64xf64>
    llmc.yield %m : tensor<12x64xf64>
  }
  return %2 : tensor<12x64xf64>
}

// What somebody has written stays.
// CHECK-LABEL: @chosen_before(
// CHECK: schedules = [#llmc.schedule<"x86-64-v4", "mine", rows = 1, vectors = 1, chunk = 7, why = "tried">,
// CHECK-SAME: #llmc.schedule<"x86-64-v3", "32_6x16",
func.func @chosen_before(%0: tensor<12x64xf32>, %1: tensor<64x64xf32>) -> tensor<12x64xf32> {
  %2 = llmc.kernel matmul (%x = %0 : tensor<12x64xf32>, %w = %1 : tensor<64x64xf32>) -> tensor<12x64xf32> attributes {
    schedules = [#llmc.schedule<"x86-64-v4", "mine", rows = 1, vectors = 1, chunk = 7, why = "tried">]} {
    %m = llmc.matmul %x, %w : tensor<12x64xf32>, tensor<64x64xf32> -> tensor<12x64xf32>
    llmc.yield %m : tensor<12x64xf32>
  }
  return %2 : tensor<12x64xf32>
}

// There is nothing to choose in rows that are read one after the other.
// CHECK-LABEL: @softmax(
// CHECK-NOT: schedules
func.func @softmax(%0: tensor<12x64xf32>) -> tensor<12x64xf32> {
  %1 = llmc.kernel softmax (%x = %0 : tensor<12x64xf32>) -> tensor<12x64xf32> {
    %s = llmc.softmax %x axis 1 : tensor<12x64xf32> -> tensor<12x64xf32>
    llmc.yield %s : tensor<12x64xf32>
  }
  return %1 : tensor<12x64xf32>
}

// A level with more instructions has a schedule of its own where it has a use for them.
// CHECK-LABEL: @bytes(
// CHECK: schedules = [#llmc.schedule<"x86-64-v3", "pairs_2x16", {{[^>]*}}>,
// CHECK-SAME: #llmc.schedule<"x86-64-v3-vnni", "quads_6x16", rows = 6, vectors = 2, {{[^>]*}}>,
// CHECK-SAME: #llmc.schedule<"x86-64-v4", "pairs_4x32", {{[^>]*}}>,
// CHECK-SAME: #llmc.schedule<"x86-64-v4-vnni", "quads_8x48", rows = 8, vectors = 3, {{[^>]*}}>,
// CHECK-SAME: #llmc.schedule<"x86-64-v4-amx", "tiles_32x32", rows = 32, vectors = 2, {{[^>]*}}>]
// ARM-LABEL: @bytes(
// ARM: schedules = [#llmc.schedule<"armv8-a", "pairs_2x16", rows = 2, vectors = 4, {{[^>]*}}>,
// ARM-SAME: #llmc.schedule<"armv8-a-dotprod", "quads_6x16", rows = 6, vectors = 4, {{[^>]*}}>,
// ARM-SAME: #llmc.schedule<"armv8-a-bf16", "squares_4x16", rows = 4, vectors = 4, {{[^>]*}}>]
func.func @bytes(%0: tensor<128x64xi8>, %1: tensor<6x16x16x4xi8>) -> tensor<128x96xi32> {
  %2 = llmc.kernel packed_matmul (%x = %0 : tensor<128x64xi8>, %w = %1 : tensor<6x16x16x4xi8>) -> tensor<128x96xi32> {
    %m = llmc.packed_matmul %x unsigned, %w columns 96 : tensor<128x64xi8>, tensor<6x16x16x4xi8> -> tensor<128x96xi32>
    llmc.yield %m : tensor<128x96xi32>
  }
  return %2 : tensor<128x96xi32>
}

// Products of bf16 have no use for what multiplies bytes. Of a deep left side a task takes so many rows as stay near.
// CHECK-LABEL: @halves(
// CHECK: schedules = [#llmc.schedule<"x86-64-v3", "halves_6x16", {{[^>]*}}>,
// CHECK-SAME: #llmc.schedule<"x86-64-v4", "halves_8x48", {{[^>]*}}>,
// CHECK-SAME: #llmc.schedule<"x86-64-v4-bf16", "half_pairs_8x48", {{[^>]*}}>,
// CHECK-SAME: #llmc.schedule<"x86-64-v4-amx", "tiles_32x32", rows = 32, vectors = 2, chunk = 128, {{[^>]*}}>]
// ARM-LABEL: @halves(
// ARM: schedules = [#llmc.schedule<"armv8-a", "halves_6x16", {{[^>]*}}>,
// ARM-SAME: #llmc.schedule<"armv8-a-bf16", "squares_4x16", rows = 4, vectors = 4, {{[^>]*}}>]
func.func @halves(%0: tensor<1024x3072xbf16>, %1: tensor<6x1536x16x2xbf16>) -> tensor<1024x96xf32> {
  %2 = llmc.kernel packed_matmul (%x = %0 : tensor<1024x3072xbf16>, %w = %1 : tensor<6x1536x16x2xbf16>) -> tensor<1024x96xf32> {
    %m = llmc.packed_matmul %x, %w columns 96 wide : tensor<1024x3072xbf16>, tensor<6x1536x16x2xbf16> -> tensor<1024x96xf32>
    llmc.yield %m : tensor<1024x96xf32>
  }
  return %2 : tensor<1024x96xf32>
}

// Weights of all 3072 rows would fill the second cache; equal parts of them leave the left side room. With one tile of
// rows nothing comes back.
// CHECK-LABEL: @deep(
// CHECK: schedules = [#llmc.schedule<"x86-64-v3", "32_6x16", rows = 6, vectors = 2, chunk = 96, depth = 1024, {{[^>]*}}>,
// CHECK-SAME: #llmc.schedule<"x86-64-v4", "32_8x48", rows = 8, vectors = 3, chunk = 192, depth = 768, {{[^>]*}}>]
// CHECK: schedules = [#llmc.schedule<"x86-64-v3", "32_6x16", rows = 6, vectors = 2, chunk = 96, why
// ARM-LABEL: @deep(
// ARM: schedules = [#llmc.schedule<"armv8-a", "32_6x16", rows = 6, vectors = 4, chunk = 96, depth = 1024, {{[^>]*}}>]
func.func @deep(%0: tensor<128x3072xf32>, %1: tensor<48x3072x16x1xf32>, %2: tensor<2x3072xf32>)
    -> (tensor<128x768xf32>, tensor<2x768xf32>) {
  %3 = llmc.kernel packed_matmul (%x = %0 : tensor<128x3072xf32>, %w = %1 : tensor<48x3072x16x1xf32>) -> tensor<128x768xf32> {
    %m = llmc.packed_matmul %x, %w columns 768 : tensor<128x3072xf32>, tensor<48x3072x16x1xf32> -> tensor<128x768xf32>
    llmc.yield %m : tensor<128x768xf32>
  }
  %4 = llmc.kernel packed_matmul (%x = %2 : tensor<2x3072xf32>, %w = %1 : tensor<48x3072x16x1xf32>) -> tensor<2x768xf32> {
    %m = llmc.packed_matmul %x, %w columns 768 : tensor<2x3072xf32>, tensor<48x3072x16x1xf32> -> tensor<2x768xf32>
    llmc.yield %m : tensor<2x768xf32>
  }
  return %3, %4 : tensor<128x768xf32>, tensor<2x768xf32>
}
