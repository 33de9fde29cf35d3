// A small network: two matrix products with a bias and a residual between them.
llmc.weight @w : tensor<8x8xf32> {
  %0 = llmc.iota [64] : tensor<64xi64>
  %1 = llmc.reshape %0 to [8, 8] : tensor<64xi64> -> tensor<8x8xi64>
  %2 = llmc.map (%i = %1 : tensor<8x8xi64>) -> tensor<8x8xf32> {
    %c = arith.constant 7 : i64
    %r = arith.remsi %i, %c : i64
    %f = arith.sitofp %r : i64 to f32
    llmc.yield %f : f32
  }
  llmc.yield %2 : tensor<8x8xf32>
}
func.func @main(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"], llmc.name = "x"}) -> (tensor<?x8xf32> {llmc.name = "y"}) {
  %w = llmc.get_weight @w : tensor<8x8xf32>
  %b = llmc.constant dense<[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]> : tensor<8xf32>
  %0 = llmc.matmul %x, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> loc("first_product")
  %1 = llmc.map (%p = %0 : tensor<?x8xf32>, %q = %b : tensor<8xf32>) -> tensor<?x8xf32> {
    %s = arith.subf %p, %q : f32
    %t = math.tanh %s : f32
    llmc.yield %t : f32
  } loc("bias")
  %2 = llmc.softmax %1 axis 1 : tensor<?x8xf32> -> tensor<?x8xf32> loc("probabilities")
  %3 = llmc.matmul %2, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> loc("second_product")
  %4 = llmc.map (%p = %3 : tensor<?x8xf32>, %q = %x : tensor<?x8xf32>) -> tensor<?x8xf32> {
    %s = arith.addf %p, %q : f32
    llmc.yield %s : f32
  } loc("residual")
  return %4 : tensor<?x8xf32>
}
