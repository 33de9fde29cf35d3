// RUN: llmc compile %s --cpu x86-64-v4 --emit=asm -o - | FileCheck %s
// RUN: llmc compile %s --cpu x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=V3

// Groups of many filters: the loop along the window has nothing but loads and multiply-adds of the target's width, 8 x 3 sums in
// registers, and no branch for what lies beyond the input. Short as it is, it is not unrolled, which would spill sums.
// CHECK-LABEL: llmc_conv_f32_0__x86_64_v4:
// CHECK: vbroadcastss
// CHECK-COUNT-24: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{vfmadd|vmask|%k[0-7]|(rsp), %zmm}}
// CHECK: j{{[a-z]+}} .LBB
// V3-LABEL: llmc_conv_f32_0__x86_64_v3:
// V3: vbroadcastss
// V3: vfmadd231ps {{.*}}%ymm

// A filter of one channel multiplies several vectors of its inputs, where they lie: here two of eight and of seven.
// CHECK-LABEL: llmc_conv_f32_1__x86_64_v4:
// CHECK: vfmadd231ps 256(%{{[^)]*}}), %[[TAP:zmm[0-9]+]], %zmm{{[0-9]+.*[[:space:]]+}}vfmadd231ps 320(%{{[^)]*}}), %[[TAP]], %zmm
// V3-LABEL: llmc_conv_f32_1__x86_64_v3:
// V3: vfmadd231ps 96(%{{[^)]*}}), %[[TAP:ymm[0-9]+]], %ymm{{[0-9]+.*[[:space:]]+}}vfmadd231ps 128(%{{[^)]*}}), %[[TAP]], %ymm

// In an image rows of results share a row of inputs that they see.
// CHECK-LABEL: llmc_conv_f32_2__x86_64_v4:
// CHECK: vfmadd231ps %[[ROW:zmm[0-9]+]], %zmm{{[0-9]+, %zmm[0-9]+.*[[:space:]]+}}vfmadd231ps %[[ROW]], %zmm{{[0-9]+, %zmm[0-9]+.*[[:space:]]+}}vfmadd{{2[13][31]}}ps %[[ROW]],
func.func @main(%x: tensor<1x96x?xf32> {llmc.name = "x", llmc.dims = ["1", "96", "s"]}, %w: tensor<96x48x3xf32> {llmc.name = "w"},
                %f: tensor<96x1x31xf32> {llmc.name = "f"}, %i: tensor<1x96x32x64xf32> {llmc.name = "i"},
                %g: tensor<96x1x3x3xf32> {llmc.name = "g"})
    -> (tensor<1x96x?xf32> {llmc.name = "y", llmc.dims = ["1", "96", "s"]}, tensor<1x96x32x64xf32> {llmc.name = "z"}) {
  %c = llmc.conv %x, %w strides [1] dilations [1] pad [1] [1] groups 2 : tensor<1x96x?xf32>, tensor<96x48x3xf32> -> tensor<1x96x?xf32>
  %y = llmc.conv %c, %f strides [1] dilations [1] pad [15] [15] groups 96 : tensor<1x96x?xf32>, tensor<96x1x31xf32> -> tensor<1x96x?xf32>
  %z = llmc.conv %i, %g strides [1, 1] dilations [1, 1] pad [1, 1] [1, 1] groups 96
      : tensor<1x96x32x64xf32>, tensor<96x1x3x3xf32> -> tensor<1x96x32x64xf32>
  return %y, %z : tensor<1x96x?xf32>, tensor<1x96x32x64xf32>
}
