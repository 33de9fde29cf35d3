// Patches of an image and their positions, of which there are 9: sizes that no range tells.
func.func @main(%pixels: tensor<?x?x?x?xf32> {llmc.dims = ["n", "channels", "height", "width"], llmc.name = "pixels"},
                %rows: tensor<?xf32> {llmc.dims = ["height"], llmc.name = "rows"}) ->
    (tensor<?x4x?xf32> {llmc.name = "patches"}, tensor<?xf32> {llmc.name = "doubled"}) {
  %filter = llmc.constant dense<0.5> : tensor<4x3x2x2xf32>
  %positions = llmc.constant dense<1.0> : tensor<4x9xf32>
  %grid = llmc.conv %pixels, %filter strides [2, 2] dilations [1, 1] pad [0, 0] [0, 0] groups 1 : tensor<?x?x?x?xf32>, tensor<4x3x2x2xf32> -> tensor<?x4x?x?xf32>
  %n = llmc.size "n"
  %count = llmc.size "floordiv(height, 2) * floordiv(width, 2)"
  %flat = llmc.reshape %grid to [%n, 4, %count] : tensor<?x4x?x?xf32> -> tensor<?x4x?xf32>
  %patches = llmc.map (%a = %flat : tensor<?x4x?xf32>, %b = %positions : tensor<4x9xf32>) -> tensor<?x4x?xf32> {
    %s = arith.addf %a, %b : f32
    llmc.yield %s : f32
  }
  %doubled = llmc.map (%a = %rows : tensor<?xf32>) -> tensor<?xf32> {
    %s = arith.addf %a, %a : f32
    llmc.yield %s : f32
  }
  return %patches, %doubled : tensor<?x4x?xf32>, tensor<?xf32>
}
