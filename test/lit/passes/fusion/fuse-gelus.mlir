// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-fuse-gelus,canonicalize))' > %t.once.mlir
// RUN: FileCheck %s < %t.once.mlir
// A second time nothing is left to do.
// RUN: llmc-opt %t.once.mlir --pass-pipeline='builtin.module(func.func(llmc-fuse-gelus,canonicalize))' | diff %t.once.mlir -

// Divided by sqrt(2), halved at the end, as torch.onnx.export writes it.
// CHECK-LABEL: @erf_of_a_quotient
func.func @erf_of_a_quotient(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: llmc.map
  // CHECK-NEXT: %[[Y:.*]] = llmc.gelu erf %{{.*}} : f32
  // CHECK-NEXT: llmc.yield %[[Y]]
  %y = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %root = arith.constant 1.41421354 : f32
    %one = arith.constant 1.0 : f32
    %half = arith.constant 5.0e-01 : f32
    %u = arith.divf %a, %root : f32
    %e = math.erf %u : f32
    %s = arith.addf %e, %one : f32
    %p = arith.mulf %a, %s : f32
    %g = arith.mulf %p, %half : f32
    llmc.yield %g : f32
  }
  return %y : tensor<?xf32>
}

// Halved before, and of a sum that is computed in the same map: what the sum is made of is not taken for x.
// CHECK-LABEL: @erf_of_a_product
func.func @erf_of_a_product(%x: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: %[[X:.*]] = arith.addf
  // CHECK-NEXT: %[[Y:.*]] = llmc.gelu erf %[[X]] : f32
  // CHECK-NEXT: llmc.yield %[[Y]]
  %y = llmc.map (%v = %x : tensor<?xf32>, %w = %b : tensor<?xf32>) -> tensor<?xf32> {
    %root = arith.constant 0.707106769 : f32
    %one = arith.constant 1.0 : f32
    %half = arith.constant 5.0e-01 : f32
    %a = arith.addf %v, %w : f32
    %h = arith.mulf %half, %a : f32
    %u = arith.mulf %root, %a : f32
    %e = math.erf %u : f32
    %s = arith.addf %one, %e : f32
    %g = arith.mulf %s, %h : f32
    llmc.yield %g : f32
  }
  return %y : tensor<?xf32>
}

// The probability first, with the half multiplied in: x * (0.5 + 0.5 erf). What is behind stays.
// CHECK-LABEL: @erf_as_probability
func.func @erf_as_probability(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: %[[Y:.*]] = llmc.gelu erf %{{.*}} : f32
  // CHECK-NEXT: arith.negf %[[Y]]
  // CHECK-NOT: math.erf
  %y = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %root = arith.constant 0.707106769 : f32
    %half = arith.constant 5.0e-01 : f32
    %u = arith.mulf %a, %root : f32
    %e = math.erf %u : f32
    %f = arith.mulf %e, %half : f32
    %p = arith.addf %f, %half : f32
    %g = arith.mulf %p, %a : f32
    %n = arith.negf %g : f32
    llmc.yield %n : f32
  }
  return %y : tensor<?xf32>
}

// Constants are as exact as f16 has them; the erf itself is computed in f32.
// CHECK-LABEL: @erf_in_half
func.func @erf_in_half(%x: tensor<?xf16>) -> tensor<?xf16> {
  // CHECK: llmc.gelu erf %{{.*}} : f16
  // CHECK-NOT: math.erf
  %y = llmc.map (%a = %x : tensor<?xf16>) -> tensor<?xf16> {
    %root = arith.constant 1.414060 : f16
    %one = arith.constant 1.0 : f16
    %half = arith.constant 5.0e-01 : f16
    %u = arith.divf %a, %root : f16
    %w = arith.extf %u : f16 to f32
    %e = math.erf %w : f32
    %n = arith.truncf %e : f32 to f16
    %s = arith.addf %n, %one : f16
    %p = arith.mulf %a, %s : f16
    %g = arith.mulf %p, %half : f16
    llmc.yield %g : f16
  }
  return %y : tensor<?xf16>
}

// The cube by a power, as GPT-2 is exported.
// CHECK-LABEL: @tanh_of_a_power
func.func @tanh_of_a_power(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: llmc.gelu tanh %{{.*}} : f32
  // CHECK-NOT: math.tanh
  %y = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %three = arith.constant 3.0 : f32
    %k = arith.constant 4.471500e-02 : f32
    %c = arith.constant 0.797884583 : f32
    %one = arith.constant 1.0 : f32
    %half = arith.constant 5.0e-01 : f32
    %h = arith.mulf %a, %half : f32
    %cube = math.powf %a, %three : f32
    %k3 = arith.mulf %cube, %k : f32
    %s = arith.addf %a, %k3 : f32
    %u = arith.mulf %s, %c : f32
    %t = math.tanh %u : f32
    %p = arith.addf %t, %one : f32
    %g = arith.mulf %h, %p : f32
    llmc.yield %g : f32
  }
  return %y : tensor<?xf32>
}

// With x taken out of the polynomial, as BLOOM is exported: c x (1 + k x x).
// CHECK-LABEL: @tanh_of_a_product
func.func @tanh_of_a_product(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: llmc.gelu tanh %{{.*}} : f32
  // CHECK-NOT: math.tanh
  %y = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %k = arith.constant 4.471500e-02 : f32
    %c = arith.constant 0.797884583 : f32
    %one = arith.constant 1.0 : f32
    %half = arith.constant 5.0e-01 : f32
    %kx = arith.mulf %k, %a : f32
    %kxx = arith.mulf %kx, %a : f32
    %s = arith.addf %one, %kxx : f32
    %cx = arith.mulf %a, %c : f32
    %u = arith.mulf %cx, %s : f32
    %t = math.tanh %u : f32
    %p = arith.addf %one, %t : f32
    %h = arith.mulf %a, %half : f32
    %g = arith.mulf %h, %p : f32
    llmc.yield %g : f32
  }
  return %y : tensor<?xf32>
}

// What looks like it and is another function: a constant with fewer digits than f32 has, another factor than x, the
// distribution without its factor, and a tanh of x alone.
// CHECK-LABEL: @others
func.func @others(%x: tensor<?xf32>, %z: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  // CHECK-NOT: llmc.gelu
  %few = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %root = arith.constant 0.7071 : f32
    %one = arith.constant 1.0 : f32
    %half = arith.constant 5.0e-01 : f32
    %u = arith.mulf %a, %root : f32
    %e = math.erf %u : f32
    %s = arith.addf %e, %one : f32
    %p = arith.mulf %a, %s : f32
    %g = arith.mulf %p, %half : f32
    llmc.yield %g : f32
  }
  %other = llmc.map (%a = %x : tensor<?xf32>, %b = %z : tensor<?xf32>) -> tensor<?xf32> {
    %root = arith.constant 0.707106769 : f32
    %one = arith.constant 1.0 : f32
    %half = arith.constant 5.0e-01 : f32
    %u = arith.mulf %a, %root : f32
    %e = math.erf %u : f32
    %s = arith.addf %e, %one : f32
    %p = arith.mulf %b, %s : f32
    %g = arith.mulf %p, %half : f32
    llmc.yield %g : f32
  }
  %probability = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %root = arith.constant 0.707106769 : f32
    %one = arith.constant 1.0 : f32
    %half = arith.constant 5.0e-01 : f32
    %u = arith.mulf %a, %root : f32
    %e = math.erf %u : f32
    %s = arith.addf %e, %one : f32
    %g = arith.mulf %s, %half : f32
    llmc.yield %g : f32
  }
  %plain = llmc.map (%a = %x : tensor<?xf32>) -> tensor<?xf32> {
    %one = arith.constant 1.0 : f32
    %half = arith.constant 5.0e-01 : f32
    %t = math.tanh %a : f32
    %s = arith.addf %t, %one : f32
    %p = arith.mulf %a, %s : f32
    %g = arith.mulf %p, %half : f32
    llmc.yield %g : f32
  }
  return %few, %other, %probability, %plain : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}
