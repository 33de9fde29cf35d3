// RUN: llmc-opt %s --split-input-file --llmc-find-byte-products --cse --canonicalize | FileCheck %s

llmc.weight @w : tensor<64x32xi8> from "w.bin" at 0

// Zero points and scales leave the product.
// CHECK-LABEL: @activation_times_weight
// CHECK: %[[W:.*]] = llmc.get_weight @w
// CHECK: %[[P:.*]] = llmc.matmul %arg0 unsigned, %[[W]] : tensor<?x64xi8>, tensor<64x32xi8> -> tensor<?x32xi32>
// CHECK: %[[C:.*]] = llmc.reduce %[[W]] axes [0]
// CHECK: arith.extsi
// CHECK: llmc.map ({{.*}} = %[[P]] : tensor<?x32xi32>, {{.*}} = %arg1 : tensor<f32>, {{.*}} = %arg3 : tensor<32xf32>, {{.*}} = %arg2 : tensor<i8>, {{.*}} = %[[C]] : tensor<1x32xi32>)
// CHECK: arith.extui
// CHECK: arith.sitofp
// CHECK-NOT: llmc.matmul
func.func @activation_times_weight(%0: tensor<?x64xi8> {llmc.dims = ["n", "64"]}, %sa: tensor<f32>, %za: tensor<i8>,
                                   %sb: tensor<32xf32>) -> tensor<?x32xf32> {
  %x = llmc.map (%a = %0 : tensor<?x64xi8>, %s = %sa : tensor<f32>, %z = %za : tensor<i8>) -> tensor<?x64xf32> {
    %i = arith.extui %a : i8 to i32
    %j = arith.extui %z : i8 to i32
    %d = arith.subi %i, %j : i32
    %f = arith.sitofp %d : i32 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %1 = llmc.get_weight @w : tensor<64x32xi8>
  %w = llmc.map (%b = %1 : tensor<64x32xi8>, %s = %sb : tensor<32xf32>) -> tensor<64x32xf32> {
    %f = arith.sitofp %b : i8 to f32
    %r = arith.mulf %s, %f : f32
    llmc.yield %r : f32
  }
  %y = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x32xf32> -> tensor<?x32xf32>
  return %y : tensor<?x32xf32>
}

// -----

llmc.weight @w : tensor<32x64xi8> from "w.bin" at 0

// Both zero points, and a weight that is transposed: its scales are one a row.
// CHECK-LABEL: @transposed_weight
// CHECK: %[[W:.*]] = llmc.transpose %{{.*}} perm [1, 0] : tensor<32x64xi8> -> tensor<64x32xi8>
// CHECK: llmc.matmul %arg0, %[[W]] unsigned
// CHECK-DAG: llmc.reduce %[[W]] axes [0]
// CHECK-DAG: llmc.reduce %arg0 axes [1]
// CHECK: arith.constant 64 : i32
func.func @transposed_weight(%0: tensor<5x64xi8>, %sa: tensor<5x1xf32>, %za: tensor<5x1xi8>, %sb: tensor<32x1xf32>,
                             %zb: tensor<i8>) -> tensor<5x32xf32> {
  %x = llmc.map (%a = %0 : tensor<5x64xi8>, %s = %sa : tensor<5x1xf32>, %z = %za : tensor<5x1xi8>) -> tensor<5x64xf32> {
    %i = arith.extsi %a : i8 to i32
    %j = arith.extsi %z : i8 to i32
    %d = arith.subi %i, %j : i32
    %f = arith.sitofp %d : i32 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %1 = llmc.get_weight @w : tensor<32x64xi8>
  %w = llmc.map (%b = %1 : tensor<32x64xi8>, %s = %sb : tensor<32x1xf32>, %z = %zb : tensor<i8>) -> tensor<32x64xf32> {
    %i = arith.extui %b : i8 to i32
    %j = arith.extui %z : i8 to i32
    %d = arith.subi %i, %j : i32
    %f = arith.sitofp %d : i32 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %t = llmc.transpose %w perm [1, 0] : tensor<32x64xf32> -> tensor<64x32xf32>
  %y = llmc.matmul %x, %t : tensor<5x64xf32>, tensor<64x32xf32> -> tensor<5x32xf32>
  return %y : tensor<5x32xf32>
}

// -----

llmc.weight @w : tensor<64x32xi8> from "w.bin" at 0

// A scale for each element that is summed can't leave the sum; and a right side that is no weight has no panels.
// CHECK-LABEL: @stay_floats
// CHECK: llmc.matmul {{.*}} : tensor<5x64xf32>, tensor<64x32xf32>
// CHECK: llmc.matmul {{.*}} : tensor<64x5xf32>, tensor<5x64xf32>
func.func @stay_floats(%0: tensor<5x64xi8>, %1: tensor<64x5xi8>, %sa: tensor<64xf32>, %sb: tensor<f32>)
    -> (tensor<5x32xf32>, tensor<64x64xf32>) {
  %x = llmc.map (%a = %0 : tensor<5x64xi8>, %s = %sa : tensor<64xf32>) -> tensor<5x64xf32> {
    %f = arith.sitofp %a : i8 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %2 = llmc.get_weight @w : tensor<64x32xi8>
  %w = llmc.map (%b = %2 : tensor<64x32xi8>, %s = %sb : tensor<f32>) -> tensor<64x32xf32> {
    %f = arith.sitofp %b : i8 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %y = llmc.matmul %x, %w : tensor<5x64xf32>, tensor<64x32xf32> -> tensor<5x32xf32>
  %l = llmc.map (%b = %1 : tensor<64x5xi8>, %s = %sb : tensor<f32>) -> tensor<64x5xf32> {
    %f = arith.sitofp %b : i8 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %m = llmc.map (%b = %0 : tensor<5x64xi8>, %s = %sb : tensor<f32>) -> tensor<5x64xf32> {
    %f = arith.sitofp %b : i8 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %z = llmc.matmul %l, %m : tensor<64x5xf32>, tensor<5x64xf32> -> tensor<64x64xf32>
  return %y, %z : tensor<5x32xf32>, tensor<64x64xf32>
}

// -----

llmc.weight @w : tensor<40000x2xi8> from "w.bin" at 0

// Nor does a sum of more products than 32 bits hold.
// CHECK-LABEL: @too_deep
// CHECK: llmc.matmul {{.*}} : tensor<1x40000xf32>, tensor<40000x2xf32>
func.func @too_deep(%0: tensor<1x40000xi8>, %sa: tensor<f32>) -> tensor<1x2xf32> {
  %x = llmc.map (%a = %0 : tensor<1x40000xi8>, %s = %sa : tensor<f32>) -> tensor<1x40000xf32> {
    %f = arith.sitofp %a : i8 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %1 = llmc.get_weight @w : tensor<40000x2xi8>
  %w = llmc.map (%b = %1 : tensor<40000x2xi8>, %s = %sa : tensor<f32>) -> tensor<40000x2xf32> {
    %f = arith.sitofp %b : i8 to f32
    %r = arith.mulf %f, %s : f32
    llmc.yield %r : f32
  }
  %y = llmc.matmul %x, %w : tensor<1x40000xf32>, tensor<40000x2xf32> -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
