// The files of an artefact, made of object files and weights.
#ifndef LLMC_COMPILER_PIPELINE_WRITEFORMS_H
#define LLMC_COMPILER_PIPELINE_WRITEFORMS_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/codegen/artefact/Publication.h"
#include "compiler/pipeline/Compilation.h"

namespace llmc::pipeline {

/// In the order in which they are to appear. `weights` is a weights file, which becomes one of them or a part of them;
/// `manifest` gives the text of a manifest that lists files, for the library.
llvm::Expected<std::vector<codegen::MadeFile>>
writeForms(const codegen::OutputFolder &folder, const ArtefactForms &forms, const codegen::ModelFacts &facts,
           llvm::ArrayRef<llvm::SmallVector<char, 0>> objects, codegen::NewFile weights,
           llvm::function_ref<std::string(llvm::ArrayRef<codegen::ArtefactFile>)> manifest);

} // namespace llmc::pipeline

#endif
