// The weight stage: runs the recipes and writes the weights file.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_WEIGHTSWRITER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_WEIGHTSWRITER_H

#include "compiler/codegen/artefact/NewFile.h"
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/ir/WeightStore.h"

namespace llmc::codegen {

/// Evaluates one weight; handed in, because recipes run through the reference interpreter.
using WeightEvaluator =
    llvm::function_ref<llvm::Error(ir::WeightOp, llvm::function_ref<llvm::Error(llvm::ArrayRef<char>)>)>;

/// Writes the file tensor by tensor, so that memory holds one at a time. Gives the digest of the payload.
llvm::Expected<uint64_t> writeWeights(NewFile &file, const WeightsLayout &layout, WeightEvaluator evaluate);

} // namespace llmc::codegen

#endif
