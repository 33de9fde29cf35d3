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

def QuantizeProducts : Pass<"llmc-quantize-products", "::mlir::ModuleOp"> {
  let summary = "make products of weights products of bytes";
  let description = [{
    Where `rules` say so: PATTERN=int8 or PATTERN=float for the names of nodes, of which the last that matches counts; `int8`
    is short for `*=int8`. Weights have one step a column, found when they are written; the left side has one a row, found
    in each run. Bytes are whole numbers of steps from -127 to 127, rounded to even.

    Before: `llmc.matmul %x, %w`. After, with recipes `w.int8`, `w.int8.steps`, and `w.int8.lift` for the left side being
    stored 128 higher, without signs, as machines multiply bytes:
    ```mlir
    %s = ... the largest absolute value of each row of %x, divided by 127 ... : tensor<?x1xf32>
    %b = ... %x / %s, rounded, plus 128 ... : tensor<?x768xi8>
    %p = llmc.matmul %b unsigned, %w.int8 : tensor<?x768xi8>, tensor<768x768xi8> -> tensor<?x768xi32>
    %y = ... (%p - %w.int8.lift) * (%s * %w.int8.steps) ... : tensor<?x768xf32>
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "which products, PATTERN=int8 or PATTERN=float each">];
  let statistics = [Statistic<"numQuantized", "num-quantized", "products that are of bytes now">];
}
#endif
