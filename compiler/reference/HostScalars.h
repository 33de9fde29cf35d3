// Work of the host between operations on tensors: arith and math on scalars, and small steps of the
// tensor dialect.
#ifndef LLMC_COMPILER_REFERENCE_HOSTSCALARS_H
#define LLMC_COMPILER_REFERENCE_HOSTSCALARS_H

#include "compiler/reference/Evaluation.h"

namespace llmc::reference {

/// Scalars are tensors of rank 0.
llvm::Error evaluateHostScalar(Evaluation &evaluation);

} // namespace llmc::reference

#endif
