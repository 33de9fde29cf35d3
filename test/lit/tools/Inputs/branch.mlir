// One of two maps, by a value that only a run knows.
func.func @main(%x: tensor<4xf32> {llmc.name = "x", llmc.dims = ["4"]}) -> (tensor<4xf32> {llmc.name = "y"}) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %first = tensor.extract %x[%c0] : tensor<4xf32>
  %positive = arith.cmpf ogt, %first, %zero : f32
  %y = scf.if %positive -> tensor<4xf32> {
    %a = llmc.map (%s = %x : tensor<4xf32>) -> tensor<4xf32> {
      %t = math.exp %s : f32
      llmc.yield %t : f32
    }
    scf.yield %a : tensor<4xf32>
  } else {
    scf.yield %x : tensor<4xf32>
  }
  return %y : tensor<4xf32>
}
