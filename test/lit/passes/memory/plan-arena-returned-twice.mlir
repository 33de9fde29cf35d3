// RUN: llmc-opt %s --verify-diagnostics --pass-pipeline='builtin.module(func.func(llmc-plan-arena))'

// A result has one place; the second output would stay as it was.
// expected-error@+1 {{outputs 0 and 1 are one result, which can be written to one place only; try: llmc-form-kernels}}
func.func @returned_twice(%0: tensor<2xf32>) -> (tensor<2xf32>, tensor<1x2xf32>) {
  %1 = llmc.kernel map (%x = %0 : tensor<2xf32>) -> tensor<2xf32> {
    llmc.yield %x : tensor<2xf32>
  }
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %2 = llmc.reshape %1 to [%one, %two] : tensor<2xf32> -> tensor<1x2xf32>
  return %1, %2 : tensor<2xf32>, tensor<1x2xf32>
}
