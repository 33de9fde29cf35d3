#ifndef LLMC_PASSES_QUANTIZATION
#define LLMC_PASSES_QUANTIZATION
include "mlir/Pass/PassBase.td"

def FindByteProducts : Pass<"llmc-find-byte-products", "::mlir::func::FuncOp"> {
  let summary = "multiply the bytes of what is dequantized only to be multiplied";
  let description = [{
    A product of `(a - za) * sa` and `(b - zb) * sb`, where a and b are bytes and the rest does not change along the axis that
    is summed, is `sa * sb` times the product of the bytes, less what the zero points add. That is exact in 32 bits, so it
    is closer to the true value than the sum of rounded floats, and machines are several times as fast at it.

    Both sides may be transposed on the way. The right one is a weight. A sum that could leave 32 bits stays.

    Before, with a zero point on the left:
    ```mlir
    %x = llmc.map (%a = %0 : tensor<?x64xi8>, %z = %za : tensor<i8>, %s = %sa : tensor<f32>) -> tensor<?x64xf32> {
      ... (a - z) * s ...
    }
    %1 = llmc.get_weight @w : tensor<64x32xi8>
    %w = llmc.map (%b = %1 : tensor<64x32xi8>, %s = %sb : tensor<32xf32>) -> tensor<64x32xf32> { ... b * s ... }
    %y = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x32xf32> -> tensor<?x32xf32>
    ```
    After:
    ```mlir
    %p = llmc.matmul %0 unsigned, %1 : tensor<?x64xi8>, tensor<64x32xi8> -> tensor<?x32xi32>
    %c = llmc.reduce %1 axes [0] ... -> tensor<1x32xi32>
    %y = llmc.map (%q = %p : ..., %z = %za : ..., %t = %c : ..., %u = %sa : ..., %v = %sb : ...) -> tensor<?x32xf32> {
      ... (q - z * t) * (u * v) ...
    }
    ```
  }];
  let statistics = [Statistic<"numFound", "num-found", "products of bytes">];
}
#endif
