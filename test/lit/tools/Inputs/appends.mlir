// A state: what `past` holds, with `new` behind it, is an output.
func.func @main(%past: tensor<?x?x4xf32> {llmc.name = "past", llmc.dims = ["b", "past", "4"]},
                %new: tensor<?x?x4xf32> {llmc.name = "new", llmc.dims = ["b", "n", "4"]})
    -> (tensor<?x?x4xf32> {llmc.name = "squares"}, tensor<?x?x4xf32> {llmc.name = "present"}) {
  %present = llmc.concat %past, %new axis 1 : tensor<?x?x4xf32>, tensor<?x?x4xf32> -> tensor<?x?x4xf32>
  %squares = llmc.map (%x = %present : tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
    %s = arith.mulf %x, %x : f32
    llmc.yield %s : f32
  }
  return %squares, %present : tensor<?x?x4xf32>, tensor<?x?x4xf32>
}
