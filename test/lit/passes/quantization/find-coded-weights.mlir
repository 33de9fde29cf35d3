// RUN: llmc-opt %s --split-input-file --llmc-find-coded-weights --canonicalize --cse | FileCheck %s

llmc.weight @w : tensor<48x32xi8> from "w.bin" at 0
llmc.weight @s : tensor<48x4xf32> from "w.bin" at 1536

// Two codes a byte, blocks along rows that are transposed: a mask proves four bits, a common zero in their middle.
// CHECK-LABEL: @blocks_of_rows
// CHECK-DAG: %[[W:.*]] = llmc.get_weight @w
// CHECK-DAG: %[[S:.*]] = llmc.get_weight @s
// CHECK: %[[SCALES:.*]] = llmc.transpose %[[S]] perm [1, 0] : tensor<48x4xf32> -> tensor<4x48xf32>
// CHECK: %[[D:.*]] = llmc.decode %{{.*}} scales %[[SCALES]] axis 0 size 64 bits 4 block 16 centered to f32 : tensor<32x48xi8>, tensor<4x48xf32> -> tensor<64x48xf32>
// CHECK: llmc.matmul %arg0, %[[D]]
func.func @blocks_of_rows(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x48xf32> {
  %w = llmc.get_weight @w : tensor<48x32xi8>
  %b = llmc.reshape %w to [48, 32, 1] : tensor<48x32xi8> -> tensor<48x32x1xi8>
  %by = llmc.constant dense<[0, 4]> : tensor<2xi8>
  %u = llmc.map (%a = %b : tensor<48x32x1xi8>, %d = %by : tensor<2xi8>) -> tensor<48x32x2xi8> {
    %mask = arith.constant 15 : i8
    %t = arith.shrui %a, %d : i8
    %r = arith.andi %t, %mask : i8
    llmc.yield %r : i8
  }
  %q = llmc.reshape %u to [48, 4, 16] : tensor<48x32x2xi8> -> tensor<48x4x16xi8>
  %s = llmc.get_weight @s : tensor<48x4xf32>
  %t = llmc.reshape %s to [48, 4, 1] : tensor<48x4xf32> -> tensor<48x4x1xf32>
  %z = llmc.constant dense<8> : tensor<i8>
  %m = llmc.map (%a = %q : tensor<48x4x16xi8>, %f = %t : tensor<48x4x1xf32>, %o = %z : tensor<i8>) -> tensor<48x4x16xf32> {
    %i = arith.uitofp %a : i8 to f32
    %j = arith.uitofp %o : i8 to f32
    %d = arith.subf %i, %j : f32
    %r = arith.mulf %d, %f : f32
    llmc.yield %r : f32
  }
  %r = llmc.reshape %m to [48, 64] : tensor<48x4x16xf32> -> tensor<48x64xf32>
  %v = llmc.transpose %r perm [1, 0] : tensor<48x64xf32> -> tensor<64x48xf32>
  %y = llmc.matmul %x, %v : tensor<?x64xf32>, tensor<64x48xf32> -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}

// -----

llmc.weight @w : tensor<48x32xi8> from "w.bin" at 0
llmc.weight @s : tensor<48x2xf16> from "w.bin" at 1536

// Bytes are multiplied with codes where the product may be narrow; the zero that all have in common is one constant.
// CHECK-LABEL: @narrow
// CHECK-DAG: %[[Z:.*]] = llmc.constant dense<8> : tensor<3x2x16x1xi8>
// CHECK-DAG: %[[P:.*]] = llmc.pack {{.*}} panel 16 group 4 : tensor<32x48xi8> -> tensor<3x8x16x4xi8>
// CHECK-DAG: %[[S:.*]] = llmc.pack {{.*}} panel 16 : tensor<2x48xf16> -> tensor<3x2x16x1xf16>
// CHECK: llmc.coded_matmul {{.*}}, %[[P]] scales %[[S]] zeros %[[Z]] columns 48 bits 4 : tensor<2x?x32xi8>
func.func @narrow(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x48xf32> {
  %w = llmc.get_weight @w : tensor<48x32xi8>
  %b = llmc.reshape %w to [48, 32, 1] : tensor<48x32xi8> -> tensor<48x32x1xi8>
  %by = llmc.constant dense<[0, 4]> : tensor<2xi8>
  %u = llmc.map (%a = %b : tensor<48x32x1xi8>, %d = %by : tensor<2xi8>) -> tensor<48x32x2xi8> {
    %mask = arith.constant 15 : i8
    %t = arith.shrui %a, %d : i8
    %r = arith.andi %t, %mask : i8
    llmc.yield %r : i8
  }
  %q = llmc.reshape %u to [48, 2, 32] : tensor<48x32x2xi8> -> tensor<48x2x32xi8>
  %s = llmc.get_weight @s : tensor<48x2xf16>
  %t = llmc.reshape %s to [48, 2, 1] : tensor<48x2xf16> -> tensor<48x2x1xf16>
  %z = llmc.constant dense<8> : tensor<i8>
  %m = llmc.map (%a = %q : tensor<48x2x32xi8>, %f = %t : tensor<48x2x1xf16>, %o = %z : tensor<i8>) -> tensor<48x2x32xf32> {
    %i = arith.uitofp %a : i8 to f32
    %j = arith.uitofp %o : i8 to f32
    %d = arith.subf %i, %j : f32
    %g = arith.extf %f : f16 to f32
    %r = arith.mulf %d, %g : f32
    llmc.yield %r : f32
  }
  %r = llmc.reshape %m to [48, 64] : tensor<48x2x32xf32> -> tensor<48x64xf32>
  %v = llmc.transpose %r perm [1, 0] : tensor<48x64xf32> -> tensor<64x48xf32>
  %y = llmc.matmul %x, %v narrow : tensor<?x64xf32>, tensor<64x48xf32> -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}

// -----

llmc.weight @w : tensor<60x32xi8> from "w.bin" at 0
llmc.weight @s : tensor<2x32xf16> from "w.bin" at 1920
llmc.weight @z : tensor<2x32xi8> from "w.bin" at 2048

// Scales that are spread before they meet the bytes, and zeros with a sign: 128 is added to both. The last block is not
// full.
// CHECK-LABEL: @spread_scales
// CHECK-DAG: %[[S:.*]] = llmc.get_weight @s
// CHECK: llmc.decode %{{.*}} scales %[[S]] zeros %{{.*}} axis 0 size 60 bits 8 block 32 to f32 : tensor<60x32xi8>, tensor<2x32xf16>, tensor<2x32xi8> -> tensor<60x32xf32>
func.func @spread_scales(%x: tensor<5x60xf32>) -> tensor<5x32xf32> {
  %w = llmc.get_weight @w : tensor<60x32xi8>
  %s = llmc.get_weight @s : tensor<2x32xf16>
  %s0 = llmc.reshape %s to [2, 1, 32] : tensor<2x32xf16> -> tensor<2x1x32xf16>
  %s1 = llmc.expand %s0 to [2, 32, 32] : tensor<2x1x32xf16> -> tensor<2x32x32xf16>
  %s2 = llmc.reshape %s1 to [64, 32] : tensor<2x32x32xf16> -> tensor<64x32xf16>
  %s3 = llmc.slice %s2 [0, 0] [60, 32] [1, 1] : tensor<64x32xf16> -> tensor<60x32xf16>
  %z = llmc.get_weight @z : tensor<2x32xi8>
  %z0 = llmc.reshape %z to [2, 1, 32] : tensor<2x32xi8> -> tensor<2x1x32xi8>
  %z1 = llmc.expand %z0 to [2, 32, 32] : tensor<2x1x32xi8> -> tensor<2x32x32xi8>
  %z2 = llmc.reshape %z1 to [64, 32] : tensor<2x32x32xi8> -> tensor<64x32xi8>
  %z3 = llmc.slice %z2 [0, 0] [60, 32] [1, 1] : tensor<64x32xi8> -> tensor<60x32xi8>
  %v = llmc.map (%a = %w : tensor<60x32xi8>, %f = %s3 : tensor<60x32xf16>, %o = %z3 : tensor<60x32xi8>) -> tensor<60x32xf32> {
    %i = arith.extsi %a : i8 to i32
    %j = arith.extsi %o : i8 to i32
    %d = arith.subi %i, %j : i32
    %g = arith.sitofp %d : i32 to f32
    %h = arith.extf %f : f16 to f32
    %r = arith.mulf %g, %h : f32
    llmc.yield %r : f32
  }
  %y = llmc.matmul %x, %v : tensor<5x60xf32>, tensor<60x32xf32> -> tensor<5x32xf32>
  return %y : tensor<5x32xf32>
}

// -----

llmc.weight @w : tensor<64x32xi8> from "w.bin" at 0
llmc.weight @s : tensor<64x32xf32> from "w.bin" at 2048

// A scale for each number would take more room than the number; and what is no weight is not known.
// CHECK-LABEL: @stay_floats
// CHECK-NOT: llmc.decode
func.func @stay_floats(%x: tensor<5x64xf32>, %c: tensor<64x32xi8>) -> (tensor<5x32xf32>, tensor<5x32xf32>) {
  %w = llmc.get_weight @w : tensor<64x32xi8>
  %s = llmc.get_weight @s : tensor<64x32xf32>
  %v = llmc.map (%a = %w : tensor<64x32xi8>, %f = %s : tensor<64x32xf32>) -> tensor<64x32xf32> {
    %i = arith.sitofp %a : i8 to f32
    %r = arith.mulf %i, %f : f32
    llmc.yield %r : f32
  }
  %y = llmc.matmul %x, %v : tensor<5x64xf32>, tensor<64x32xf32> -> tensor<5x32xf32>
  %one = llmc.constant dense<0.5> : tensor<f32>
  %u = llmc.map (%a = %c : tensor<64x32xi8>, %f = %one : tensor<f32>) -> tensor<64x32xf32> {
    %i = arith.sitofp %a : i8 to f32
    %r = arith.mulf %i, %f : f32
    llmc.yield %r : f32
  }
  %z = llmc.matmul %x, %u : tensor<5x64xf32>, tensor<64x32xf32> -> tensor<5x32xf32>
  return %y, %z : tensor<5x32xf32>, tensor<5x32xf32>
}
