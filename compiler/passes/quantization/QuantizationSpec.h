// Which products users want to be of bytes, or to have weights of a few bits: "int8", or rules such as
// "*=int8,*lm_head*=float".
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_QUANTIZATIONSPEC_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_QUANTIZATIONSPEC_H

#include "compiler/support/NodeRules.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::passes {

/// Of floats as they are; of bf16; of bytes; of floats with weights that are stored as codes of 8 or 4 bits.
enum class ProductType { Float, BFloat16, Int8, Int8Weights, Int4Weights };

/// Whether weights of such products become the better for knowing the moments of left sides.
inline bool takesMoments(ProductType type) {
  return type == ProductType::Int8Weights || type == ProductType::Int4Weights;
}

/// Each rule is PATTERN=TYPE, where TYPE is bf16, int8, int8-weights, int4 or float; "int8" is short for "*=int8".
llvm::Expected<NodeRules<ProductType>> parseQuantization(llvm::ArrayRef<std::string> rules);
/// The same for a pass, with a message at the module where they can't be read.
mlir::FailureOr<NodeRules<ProductType>> parseQuantization(mlir::ModuleOp module, llvm::ArrayRef<std::string> rules);

} // namespace llmc::passes

#endif
