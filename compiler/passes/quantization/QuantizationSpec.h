// Which products users want to be of bytes, or to have weights of a few bits: "int8", or rules such as
// "*=int8,*lm_head*=float".
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_QUANTIZATIONSPEC_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_QUANTIZATIONSPEC_H

#include "compiler/ir/CodeForm.h"
#include "compiler/ir/Measurements.h"
#include "compiler/support/NodeRules.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::passes {

/// Of floats as they are; of bf16; of f32 with weights of f16; of bytes, whose steps each run finds, or data; of bytes
/// and codes; of floats with weights that are stored as codes.
enum class ProductType { Float, BFloat16, Float16, Int8, Int8Static, BytesByCodes, Codes };

/// What is wanted of products, and of rows that are picked out of weights.
struct Wanted {
  ProductType type;
  ir::CodeForm weights = {}; // of products of codes
  ir::CodeForm rows = {};    // where they become codes
};

/// Whether such products become the better for it, or take it.
inline bool takes(ProductType type, ir::Measure measure) {
  if (type == ProductType::Float || type == ProductType::BFloat16 || type == ProductType::Float16)
    return false;
  return measure == ir::Measure::Covariances || (measure == ir::Measure::Extents && type == ProductType::Int8Static);
}

/// Each rule is PATTERN=TYPE, where TYPE is bf16, fp16, int8, int8-static, int4, int8-weights, int4-weights,
/// nf4-weights, fp8-weights or float; "int8" is short for "*=int8". Behind those with codes may stand how many have one
/// scale, and that they need no zeros: "int4-weights/64-symmetric". Rules for caches (CacheSpec.h) are left out.
llvm::Expected<NodeRules<Wanted>> parseQuantization(llvm::ArrayRef<std::string> rules);
/// How many rows of a weight such products multiply at once, PATTERN=ROWS for each rule that can be read.
std::vector<std::string> rowsAtOnce(llvm::ArrayRef<std::string> rules);
/// The same for a pass, with a message at the module where they can't be read.
mlir::FailureOr<NodeRules<Wanted>> parseQuantization(mlir::ModuleOp module, llvm::ArrayRef<std::string> rules);

} // namespace llmc::passes

#endif
