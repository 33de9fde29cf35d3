// Kernels that differ in numbers only read these as operands, whatever the order in which the numbers stand.
// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-share-kernels))' | FileCheck %s

// CHECK-LABEL: @lifts_what_differs
func.func @lifts_what_differs(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> (tensor<?x64xf32>, tensor<?x64xf32>) {
  // CHECK: %[[A:.*]] = llmc.constant dense<2.500000e-01> : tensor<f32>
  // CHECK: llmc.kernel map (%[[X:.*]] = %arg0 : tensor<?x64xf32>, %[[S:.*]] = %[[A]] : tensor<f32>)
  // CHECK-NEXT: %[[ONE:.*]] = llmc.constant dense<1.000000e+00> : tensor<f32>
  // CHECK-NEXT: llmc.map (%{{.*}} = %[[X]] : tensor<?x64xf32>, %{{.*}} = %[[S]] : tensor<f32>, %{{.*}} = %[[ONE]] : tensor<f32>)
  %0 = llmc.kernel map (%a = %x : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %one = llmc.constant dense<1.0> : tensor<f32>
    %s = llmc.constant dense<0.25> : tensor<f32>
    %m = llmc.map (%p = %a : tensor<?x64xf32>, %q = %s : tensor<f32>, %r = %one : tensor<f32>) -> tensor<?x64xf32> {
      %t = arith.mulf %p, %q : f32
      %u = arith.addf %t, %r : f32
      llmc.yield %u : f32
    }
    llmc.yield %m : tensor<?x64xf32>
  }
  // CHECK: %[[B:.*]] = llmc.constant dense<5.000000e-01> : tensor<f32>
  // CHECK: llmc.kernel map (%{{.*}} = %{{.*}} : tensor<?x64xf32>, %{{.*}} = %[[B]] : tensor<f32>)
  // CHECK-NEXT: llmc.constant dense<1.000000e+00> : tensor<f32>
  %1 = llmc.kernel map (%a = %0 : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %s = llmc.constant dense<0.5> : tensor<f32>
    %one = llmc.constant dense<1.0> : tensor<f32>
    %m = llmc.map (%p = %a : tensor<?x64xf32>, %q = %s : tensor<f32>, %r = %one : tensor<f32>) -> tensor<?x64xf32> {
      %t = arith.mulf %p, %q : f32
      %u = arith.addf %t, %r : f32
      llmc.yield %u : f32
    }
    llmc.yield %m : tensor<?x64xf32>
  }
  return %0, %1 : tensor<?x64xf32>, tensor<?x64xf32>
}

// CHECK-LABEL: @keeps_numbers_of_kernels_of_other_sizes
func.func @keeps_numbers_of_kernels_of_other_sizes(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %y: tensor<?x32xf32> {llmc.dims = ["n", "32"]}) -> (tensor<?x64xf32>, tensor<?x32xf32>) {
  // CHECK-NEXT: llmc.kernel map (%{{.*}} = %arg0 : tensor<?x64xf32>) ->
  // CHECK-NEXT: llmc.constant
  %0 = llmc.kernel map (%a = %x : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %s = llmc.constant dense<0.25> : tensor<f32>
    %m = llmc.map (%p = %a : tensor<?x64xf32>, %q = %s : tensor<f32>) -> tensor<?x64xf32> {
      %t = arith.mulf %p, %q : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<?x64xf32>
  }
  // CHECK: llmc.kernel map (%{{.*}} = %arg1 : tensor<?x32xf32>) ->
  %1 = llmc.kernel map (%a = %y : tensor<?x32xf32>) -> tensor<?x32xf32> {
    %s = llmc.constant dense<0.5> : tensor<f32>
    %m = llmc.map (%p = %a : tensor<?x32xf32>, %q = %s : tensor<f32>) -> tensor<?x32xf32> {
      %t = arith.mulf %p, %q : f32
      llmc.yield %t : f32
    }
    llmc.yield %m : tensor<?x32xf32>
  }
  return %0, %1 : tensor<?x64xf32>, tensor<?x32xf32>
}
