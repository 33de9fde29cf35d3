// What others read, too, stays in floats, and so does what is no cache. A rule without any is an error.
// RUN: not llmc-opt %s --llmc-narrow-caches='rules=caches=int8' 2>&1 | FileCheck %s
// RUN: not llmc-opt %s --llmc-narrow-caches='rules=caches=int9' 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not llmc-opt %s --llmc-narrow-caches='rules=[:caches=int8' 2>&1 | FileCheck %s --check-prefix=GLOB

// CHECK: error: no cache that attention alone reads has the name of an input that "caches=int8" gives: of "mapped" llmc.map reads it, of "twice" another output is made of it, of "unread" nothing but an output reads it; try: the names that llmc inspect tells, and a pattern with *
// TYPE: error: can't read the quantization "caches=int9"; try: caches=int8, caches=fp16 or caches=bf16, or PATTERN:caches=float for the names of inputs
// GLOB: error: can't read the pattern of the quantization "{{.}}:caches=int8": {{.*}}; try: *.key:caches=int8
func.func @main(%q: tensor<?x8xf32> {llmc.dims = ["s", "8"]}, %mapped: tensor<?x8xf32> {llmc.dims = ["p", "8"], llmc.name = "mapped"}, %new: tensor<?x8xf32> {llmc.dims = ["s", "8"]},
                %twice: tensor<?x8xf32> {llmc.dims = ["p", "8"], llmc.name = "twice"}, %unread: tensor<?x8xf32> {llmc.dims = ["p", "8"], llmc.name = "unread"}, %ids: tensor<?x8xi32> {llmc.dims = ["p", "8"]},
                %id: tensor<?x8xi32> {llmc.dims = ["s", "8"]}) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<8x?xf32>, tensor<?x8xf32>, tensor<?x8xi32>) {
  %k = llmc.concat %mapped, %new axis 0 : tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %v = llmc.concat %twice, %new axis 0 : tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %u = llmc.concat %unread, %new axis 0 : tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32>
  %i = llmc.concat %ids, %id axis 0 : tensor<?x8xi32>, tensor<?x8xi32> -> tensor<?x8xi32>
  %m = llmc.map (%a = %k : tensor<?x8xf32>) -> tensor<?x8xf32> {
    %x = math.absf %a : f32
    llmc.yield %x : f32
  }
  %t = llmc.transpose %v perm [1, 0] : tensor<?x8xf32> -> tensor<8x?xf32>
  %o = llmc.attention %q, %m, %v score %x () : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x8xf32> {
    llmc.yield %x : f32
  }
  return %o, %k, %v, %t, %u, %i : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<8x?xf32>, tensor<?x8xf32>, tensor<?x8xi32>
}
