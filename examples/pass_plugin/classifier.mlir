// A classifier that answers with the number of the most probable of 10 classes.
llmc.weight @table : tensor<64x10xf32> {
  %0 = llmc.iota [640] : tensor<640xi64>
  %1 = llmc.reshape %0 to [64, 10] : tensor<640xi64> -> tensor<64x10xi64>
  %2 = llmc.map (%i = %1 : tensor<64x10xi64>) -> tensor<64x10xf32> {
    %f = arith.sitofp %i : i64 to f32
    %s = math.sin %f : f32
    llmc.yield %s : f32
  }
  llmc.yield %2 : tensor<64x10xf32>
}

func.func @main(%x: tensor<?x64xf32> {llmc.name = "x", llmc.dims = ["batch", "64"]})
    -> (tensor<?x1xi64> {llmc.name = "label"}) {
  %table = llmc.get_weight @table : tensor<64x10xf32>
  %logits = llmc.matmul %x, %table : tensor<?x64xf32>, tensor<64x10xf32> -> tensor<?x10xf32> loc("head")
  %probabilities = llmc.softmax %logits axis 1 : tensor<?x10xf32> -> tensor<?x10xf32> loc("softmax")
  %label = llmc.arg_reduce %probabilities axis 1 : tensor<?x10xf32> -> tensor<?x1xi64> loc("argmax")
  return %label : tensor<?x1xi64>
}
