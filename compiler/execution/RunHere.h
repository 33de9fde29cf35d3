// A model that is compiled only to be run in this process, on data.
#ifndef LLMC_COMPILER_EXECUTION_RUNHERE_H
#define LLMC_COMPILER_EXECUTION_RUNHERE_H

#include "compiler/execution/OpenModel.h"
#include "compiler/pipeline/Compilation.h"

namespace llmc::execution {

/// Loads the model of whoever compiles, as often as it takes.
using Load =
    llvm::function_ref<llvm::Expected<std::unique_ptr<pipeline::Compilation>>(const pipeline::CompileOptions &)>;

/// Options for the same model for this machine alone, with the sizes, plugins, threads, quantization and pruning of
/// `options`.
pipeline::CompileOptions optionsToRunHere(const pipeline::CompileOptions &options);

/// The same without quantization and pruning.
pipeline::CompileOptions floatsToRunHere(const pipeline::CompileOptions &options);

/// The same options, for one of several parts of calibration: what it tells of its progress is a share of the whole.
pipeline::CompileOptions partOfCalibration(pipeline::CompileOptions options, size_t part, size_t parts);

/// Inputs, outputs and sizes of a model that has been loaded.
llvm::Expected<codegen::ModelFacts> interfaceOf(pipeline::Compilation &compilation);

/// The file stays open as long as the model: the dynamic linker tells libraries apart by their paths.
struct ModelHere {
  codegen::LibraryFile file;
  std::unique_ptr<OpenModel> model;

  const OpenModel &operator*() const { return *model; }
};

/// Makes a library of a model that has its kernels, and loads it. No file of it has a name. Ends the compilation: what
/// runs needs none of it.
llvm::Expected<ModelHere> openHere(std::unique_ptr<pipeline::Compilation> compilation, uint32_t threads);

} // namespace llmc::execution

#endif
