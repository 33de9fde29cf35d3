// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-fuse-maps))' | FileCheck %s

// CHECK-LABEL: @merges_a_chain
func.func @merges_a_chain(%x: tensor<?xf32> {llmc.dims = ["n"]}, %b: tensor<?xf32> {llmc.dims = ["n"]}) -> tensor<?xf32> {
  // CHECK: llmc.map
  // CHECK: math.exp
  // CHECK: arith.addf
  // CHECK: math.tanh
  // CHECK-NOT: llmc.map
  %0 = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %e = math.exp %a : f32
    llmc.yield %e : f32
  }
  %1 = llmc.map (%a = %0 : tensor<?xf32>, %c = %b : tensor<?xf32>) -> tensor<?xf32> {
    %s = arith.addf %a, %c : f32
    llmc.yield %s : f32
  }
  %2 = llmc.map (%a = %1 : tensor<?xf32>) -> tensor<?xf32> {
    %t = math.tanh %a : f32
    llmc.yield %t : f32
  }
  return %2 : tensor<?xf32>
}

// CHECK-LABEL: @keeps_map_with_second_user
func.func @keeps_map_with_second_user(%x: tensor<?xf32> {llmc.dims = ["n"]}) -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK-COUNT-2: llmc.map
  %0 = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %e = math.exp %a : f32
    llmc.yield %e : f32
  }
  %1 = llmc.map (%a = %0 : tensor<?xf32>) -> tensor<?xf32> {
    %t = math.tanh %a : f32
    llmc.yield %t : f32
  }
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: @keeps_map_under_broadcast
func.func @keeps_map_under_broadcast(%x: tensor<4xf32>, %b: tensor<?x4xf32> {llmc.dims = ["n", "4"]}) -> tensor<?x4xf32> {
  // CHECK-COUNT-2: llmc.map
  %0 = llmc.map (%a = %x : tensor<4xf32>) -> tensor<4xf32> {
    %e = math.exp %a : f32
    llmc.yield %e : f32
  }
  %1 = llmc.map (%a = %0 : tensor<4xf32>, %c = %b : tensor<?x4xf32>) -> tensor<?x4xf32> {
    %s = arith.addf %a, %c : f32
    llmc.yield %s : f32
  }
  return %1 : tensor<?x4xf32>
}
