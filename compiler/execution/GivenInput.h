// Values for the inputs of a model that come from outside.
#ifndef LLMC_COMPILER_EXECUTION_GIVENINPUT_H
#define LLMC_COMPILER_EXECUTION_GIVENINPUT_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "llmc/llmc.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace llmc::execution {

/// The tensor refers to dims and data of whoever gave it.
struct GivenInput {
  std::string name;
  llmc_tensor tensor;
};

/// The value among `inputs` that has the name of `declared`. A UsageError where there is none, or where it has another
/// element type or fewer bytes than its own sizes take.
llvm::Expected<llmc_tensor> valueFor(const codegen::TensorFacts &declared, llvm::ArrayRef<GivenInput> inputs);

} // namespace llmc::execution

#endif
