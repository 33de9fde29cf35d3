// What quantization can make narrower.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_CANDIDATES_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_CANDIDATES_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/quantization/QuantizationSpec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <vector>

namespace llmc::passes {

struct Candidate {
  mlir::Operation *op;    // a product of a weight, a convolution, attention, or a gather of rows of a weight
  Wanted wanted;          // never Float
  ir::GetWeightOp weight; // null for attention
};

/// What the rules name, but for operations that are to be kept as they are (ir::kKept).
std::vector<Candidate> candidatesOf(mlir::func::FuncOp function, NodeRules<Wanted> &rules);

} // namespace llmc::passes

#endif
