// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --cpu x86-64-v4 --emit=asm -o - | FileCheck %s

// Both products read copies of keys and values, whose rows are 64 elements and lie behind each other, though those of a head are 768
// apart. Blocks of 64 keys are whole tiles, so there is code for no other height.
// CHECK-LABEL: llmc_attention_f32_0__x86_64_v4:
// CHECK: vbroadcastss -256([[KEY:%r[^)]*]]), %zmm
// CHECK: vbroadcastss ([[KEY]]), %zmm
// CHECK: vbroadcastss 256([[KEY]]), %zmm
// CHECK-NOT: {{Spill|Reload}}
// CHECK: j{{[a-z]+}} .LBB
// CHECK-NOT: {{vcmp|vblend|vbroadcastss -?[0-9]*\(}}
// CHECK: vmaxps
// CHECK: vbroadcastss -4([[VALUE:%r[^)]*]]), %zmm
// CHECK: vbroadcastss ([[VALUE]]), %zmm
// CHECK-NOT: {{Spill|Reload}}
// CHECK: j{{[a-z]+}} .LBB
// CHECK-NOT: {{vbroadcastss -?[0-9]*\(}}
// CHECK: .Lfunc_end0
func.func @main(%q: tensor<128x12x64xf32> {llmc.name = "q"}, %k: tensor<128x12x64xf32> {llmc.name = "k"},
                %v: tensor<128x12x64xf32> {llmc.name = "v"}) -> (tensor<12x128x64xf32> {llmc.name = "y"}) {
  %qt = llmc.transpose %q perm [1, 0, 2] : tensor<128x12x64xf32> -> tensor<12x128x64xf32>
  %kt = llmc.transpose %k perm [1, 0, 2] : tensor<128x12x64xf32> -> tensor<12x128x64xf32>
  %vt = llmc.transpose %v perm [1, 0, 2] : tensor<128x12x64xf32> -> tensor<12x128x64xf32>
  %y = llmc.attention %qt, %kt, %vt score %s ()
      : tensor<12x128x64xf32>, tensor<12x128x64xf32>, tensor<12x128x64xf32> -> tensor<12x128x64xf32> {
    llmc.yield %s : f32
  }
  return %y : tensor<12x128x64xf32>
}
