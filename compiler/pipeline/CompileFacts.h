// What can be told of a finished compilation.
#ifndef LLMC_COMPILER_PIPELINE_COMPILEFACTS_H
#define LLMC_COMPILER_PIPELINE_COMPILEFACTS_H

#include "compiler/pipeline/Compilation.h"
#include "llvm/Support/JSON.h"

namespace llmc::pipeline {

/// `operations` is their number in the imported graph. Members: model, files_read, levels of the CPU,
/// operations, kernels, recognised, weights_bytes, memory.
llvm::json::Object compileFacts(Compilation &compilation, const codegen::ModelFacts &facts, size_t operations);

} // namespace llmc::pipeline

#endif
