// Of 17 elements, 16 fill a register. LLVM 22 stores the last one of a truncated vector in the width that it had before,
// over what stands behind.
// RUN: llmc compile %s --cpu x86-64-v4 --emit=asm -o - | FileCheck %s

// CHECK-LABEL: llmc_map_i8_0__x86_64_v4:
// CHECK-NOT: {{vmovss|vmovd[^q]|movl}} {{.*}}, {{[0-9]*}}(%r{{[a-z0-9]+}}{{.*}}
// CHECK: {{vpextrb|movb}}
func.func @main(%x: tensor<?x17xi32> {llmc.name = "x", llmc.dims = ["n", "17"]}) -> (tensor<?x17xi8> {llmc.name = "y"}) {
  %y = llmc.map (%a = %x : tensor<?x17xi32>) -> tensor<?x17xi8> {
    %t = arith.trunci %a : i32 to i8
    llmc.yield %t : i8
  }
  return %y : tensor<?x17xi8>
}
