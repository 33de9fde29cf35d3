// Floats become integers a vector at a time, though out of range they saturate.
// RUN: llmc compile %s --cpu x86-64-v4 --emit=asm -o - | FileCheck %s --check-prefix=V4
// RUN: llmc compile %s --cpu x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=V3

// V4-LABEL: llmc_map_i8_0__x86_64_v4:
// V4-NOT: {{vcvttss2si|vpinsr}}
// V4: vcvttps2dq {{.*}}%zmm
// V4-NOT: {{vcvttss2si|vpinsr}}
// V4: vpmovdb
// V4: .Lfunc_end0

// V3-LABEL: llmc_map_i8_0__x86_64_v3:
// V3-NOT: vcvttss2si
// V3: vcvttps2dq {{.*}}%ymm
// V3-NOT: vcvttss2si
// V3: .Lfunc_end0
func.func @main(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"], llmc.dtype = 1 : i64, llmc.name = "x"}) -> (tensor<?x64xi8> {llmc.dtype = 3 : i64, llmc.name = "y"}) {
  %y = llmc.map (%a = %x : tensor<?x64xf32>) -> tensor<?x64xi8> {
    %i = arith.fptosi %a : f32 to i32
    %b = arith.trunci %i : i32 to i8
    llmc.yield %b : i8
  }
  return %y : tensor<?x64xi8>
}
