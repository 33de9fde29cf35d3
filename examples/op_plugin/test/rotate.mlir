// RUN: %llmc_opt --load-pass-plugin=%plugin --split-input-file --verify-diagnostics %s | FileCheck %s
// RUN: %llmc_opt --load-pass-plugin=%plugin --split-input-file --verify-diagnostics --rope-lower-rotate %s \
// RUN:   | FileCheck %s --check-prefix=LOWER

// CHECK-LABEL: @lowers(
// LOWER-LABEL: @lowers(
func.func @lowers(%x: tensor<2x?x16xf32> {llmc.dims = ["2", "seq", "16"]},
                  %cos: tensor<?x8xf32> {llmc.dims = ["seq", "8"]},
                  %sin: tensor<?x8xf32> {llmc.dims = ["seq", "8"]}) -> tensor<2x?x16xf32> {
  // CHECK: rope.rotate %arg0, %arg1, %arg2 : tensor<2x?x16xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<2x?x16xf32>
  // LOWER-DAG: %[[A:.*]] = llmc.slice %arg0 [0, 0, 0] [2, %{{.*}}, 8] [1, 1, 1]
  // LOWER-DAG: %[[B:.*]] = llmc.slice %arg0 [0, 0, 8] [2, %{{.*}}, 8] [1, 1, 1]
  // LOWER: llmc.map {{.*}}%[[A]]{{.*}}%[[B]]
  // LOWER: llmc.map {{.*}}%[[B]]{{.*}}%[[A]]
  // LOWER: llmc.concat {{.*}} axis 2
  %y = rope.rotate %x, %cos, %sin : tensor<2x?x16xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<2x?x16xf32>
  return %y : tensor<2x?x16xf32>
}

// -----

// CHECK-LABEL: @turns_back(
// LOWER-LABEL: @turns_back(
func.func @turns_back(%x: tensor<3x4xf32>, %cos: tensor<3x2xf32>) -> tensor<3x4xf32> {
  // CHECK: rope.rotate %arg0, %arg1, %arg1 inverse : tensor<3x4xf32>
  // LOWER: llmc.map
  // LOWER: arith.addf
  // LOWER: llmc.map
  // LOWER: arith.subf
  // LOWER: llmc.concat
  %y = rope.rotate %x, %cos, %cos inverse : tensor<3x4xf32>, tensor<3x2xf32>, tensor<3x2xf32> -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// -----

func.func @rotate_c1(%x: tensor<2x5xf32>, %cos: tensor<2x2xf32>) -> tensor<2x5xf32> {
  // expected-error@+2 {{needs an even number of elements along its last axis}}
  // expected-error@+1 {{failed to infer returned types}}
  %y = rope.rotate %x, %cos, %cos : tensor<2x5xf32>, tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x5xf32>
  return %y : tensor<2x5xf32>
}

// -----

func.func @rotate_c2(%x: tensor<2x4xf32>, %cos: tensor<2x3xf32>) -> tensor<2x4xf32> {
  // expected-error@+2 {{sizes of the angles}}
  // expected-error@+1 {{failed to infer returned types}}
  %y = rope.rotate %x, %cos, %cos : tensor<2x4xf32>, tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}
