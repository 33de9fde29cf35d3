// Adds the image (runtime/include/llmc/artefact.h) to the compiled code.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_IMAGEBUILDER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_IMAGEBUILDER_H

#include "compiler/codegen/artefact/ModelFacts.h"

namespace llvm {
class Module;
}

namespace llmc::codegen {

/// Names of the functions that the image points to.
inline constexpr char kBindName[] = "llmc_model_bind";
inline constexpr char kRunName[] = "llmc_model_run";

/// Defines `llmc_model_images` in `module`, which holds the two functions.
void buildImage(llvm::Module &module, const ModelFacts &facts);

} // namespace llmc::codegen

#endif
