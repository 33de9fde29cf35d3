// What tells kernels apart from one compilation to the next.
#ifndef LLMC_COMPILER_IR_FINGERPRINT_H
#define LLMC_COMPILER_IR_FINGERPRINT_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"

namespace llmc::ir {

/// Equal for kernels that compute the same from operands of the same sizes, whichever nodes they are from and whatever
/// was decided about them: "0123456789abcdef".
std::string fingerprintOf(KernelOp kernel, DimAnalysis &dims);

/// Equal for regions that are the same but for their locations, whatever values from outside they use.
llvm::hash_code hashOf(mlir::Region &region);

} // namespace llmc::ir

#endif
