// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @groups_operations(
func.func @groups_operations(%0: tensor<?x64xf32>, %1: tensor<64x64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.kernel matmul ({{%[^ ,:)]+}} = {{%[^ ,:)]+}} : tensor<?x64xf32>, {{%[^ ,:)]+}} = {{%[^ ,:)]+}} : tensor<64x64xf32>) -> tensor<?x64xf32> {
  %2 = llmc.kernel matmul (%x = %0 : tensor<?x64xf32>, %w = %1 : tensor<64x64xf32>) -> tensor<?x64xf32> {
    %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
    llmc.yield %m : tensor<?x64xf32>
  }
  return %2 : tensor<?x64xf32>
}

// -----

func.func @kernel_c1_arguments(%0: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.kernel' op region arguments must have the types of the operands}}
  %1 = "llmc.kernel"(%0) ({
  ^bb0(%x: tensor<3xf32>):
    %y = llmc.constant dense<0.0> : tensor<2xf32>
    llmc.yield %y : tensor<2xf32>
  }) : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

func.func @kernel_c1_results(%0: tensor<2xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{'llmc.kernel' op region must yield values of the result types}}
  %1 = llmc.kernel map (%x = %0 : tensor<2xf32>) -> tensor<3xf32> {
    llmc.yield %x : tensor<2xf32>
  }
  return %1 : tensor<3xf32>
}

// -----

func.func @kernel_c1_no_result(%0: tensor<2xf32>) {
  // expected-error@+1 {{'llmc.kernel' op has no result}}
  "llmc.kernel"(%0) ({
  ^bb0(%x: tensor<2xf32>):
    llmc.yield
  }) : (tensor<2xf32>) -> ()
  return
}

// -----

// CHECK-LABEL: @kernel_c2(
func.func @kernel_c2(%0: tensor<?x4xf32>, %1: tensor<2xi64>) -> tensor<2x4xf32> {
  // CHECK: llmc.kernel reduce (
  %2 = llmc.kernel (%x = %0 : tensor<?x4xf32>, %i = %1 : tensor<2xi64>) -> tensor<2x4xf32> {
    %g = llmc.gather %x, %i axis 0 : tensor<?x4xf32>, tensor<2xi64> -> tensor<2x4xf32>
    %s = llmc.reduce %g axes [1] init 0.0 : f32 : tensor<2x4xf32> -> tensor<2x1xf32> {
    ^bb0(%sum: f32, %v: f32):
      %t = arith.addf %sum, %v : f32
      llmc.yield %t : f32
    }
    %e = llmc.expand %s to [2, 4] : tensor<2x1xf32> -> tensor<2x4xf32>
    llmc.yield %e : tensor<2x4xf32>
  }
  return %2 : tensor<2x4xf32>
}

// -----

func.func @kernel_c2_other_operations(%0: tensor<4x4xf32>) -> tensor<1x4x16x1xf32> {
  // expected-error@+1 {{'llmc.kernel' op holds 'llmc.pack', which no kernel computes}}
  %1 = llmc.kernel pack (%x = %0 : tensor<4x4xf32>) -> tensor<1x4x16x1xf32> {
    %p = llmc.pack %x panel 16 : tensor<4x4xf32> -> tensor<1x4x16x1xf32>
    llmc.yield %p : tensor<1x4x16x1xf32>
  }
  return %1 : tensor<1x4x16x1xf32>
}

// -----

func.func @kernel_c2_constants() -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.kernel' op holds 'llmc.constant', which no kernel computes}}
  %0 = llmc.kernel constant () -> tensor<2xf32> {
    %c = llmc.constant dense<[1.0, 2.0]> : tensor<2xf32>
    llmc.yield %c : tensor<2xf32>
  }
  return %0 : tensor<2xf32>
}

// -----

// CHECK-LABEL: @kernel_c3(
func.func @kernel_c3(%0: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // CHECK: llmc.kernel map ({{.*}}) -> (tensor<2xf32>, tensor<2xf32>) attributes {places = [#llmc.place<arena 0>, #llmc.place<output 1>]} {
  %1:2 = llmc.kernel map (%x = %0 : tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) attributes {places = [#llmc.place<arena 0>, #llmc.place<output 1>]} {
    llmc.yield %x, %x : tensor<2xf32>, tensor<2xf32>
  }
  return %1#0, %1#1 : tensor<2xf32>, tensor<2xf32>
}

// -----

func.func @kernel_c3_number_of_places(%0: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.kernel' op has 2 places for 1 results}}
  %1 = llmc.kernel map (%x = %0 : tensor<2xf32>) -> tensor<2xf32> attributes {places = [#llmc.place<arena 0>, #llmc.place<output 1>]} {
    llmc.yield %x : tensor<2xf32>
  }
  return %1 : tensor<2xf32>
}

// -----

func.func @kernel_c3_negative(%0: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.kernel' op has a place with a negative number}}
  %1 = llmc.kernel map (%x = %0 : tensor<2xf32>) -> tensor<2xf32> attributes {places = [#llmc.place<arena -1>]} {
    llmc.yield %x : tensor<2xf32>
  }
  return %1 : tensor<2xf32>
}

// -----

func.func @kernel_c4(%0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{'llmc.kernel' op holds 'llmc.softmax' along another axis than the last; try: llmc-normalize-anchors before kernels are formed}}
  %1 = llmc.kernel softmax (%x = %0 : tensor<2x3xf32>) -> tensor<2x3xf32> {
    %s = llmc.softmax %x axis 0 : tensor<2x3xf32> -> tensor<2x3xf32>
    llmc.yield %s : tensor<2x3xf32>
  }
  return %1 : tensor<2x3xf32>
}

// -----

func.func @anchor_is_named_right(%0: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{custom op 'llmc.kernel' is built around map, not matmul}}
  %1 = llmc.kernel matmul (%x = %0 : tensor<2xf32>) -> tensor<2xf32> {
    llmc.yield %x : tensor<2xf32>
  }
  return %1 : tensor<2xf32>
}
