// Builds the images (runtime/include/llmc/artefact.h) through which the runtime finds the compiled code.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_IMAGEBUILDER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_IMAGEBUILDER_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "llvm/ADT/StringRef.h"

namespace llvm {
class Module;
}

namespace llmc::codegen {

/// Names of the functions that an image points to.
inline constexpr char kBindName[] = "llmc_model_bind";
inline constexpr char kRunName[] = "llmc_model_run";

/// The name of such a function of a variant: "llmc_model_bind" for the first, then "llmc_model_bind_1" and so on.
std::string nameForVariant(llvm::StringRef function, size_t variant);
/// The name of such a function in the code for a level: "llmc_model_run__x86_64_v3".
std::string nameForLevel(llvm::StringRef function, const LevelFacts &level);

/// Defines `llmc_model_images` in `module`: an image for each level, which share all that does not depend on it.
void buildImages(llvm::Module &module, const ModelFacts &facts);

} // namespace llmc::codegen

#endif
