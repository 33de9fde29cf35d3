// The options of the C API in the compiler's own terms.
#ifndef LLMC_COMPILER_API_REQUESTEDOPTIONS_H
#define LLMC_COMPILER_API_REQUESTEDOPTIONS_H

#include "compiler/api/llmc-compiler.h"
#include "compiler/evaluation/Mixture.h"
#include "compiler/execution/GivenInput.h"
#include "compiler/pipeline/Compilation.h"
#include "compiler/report/Reporter.h"

namespace llmc::api {

/// The caller's options, or the defaults for null. Fails where the size is none, or fields are set that this library
/// does not know.
llvm::Expected<llmc_compile_options> readOptions(const llmc_compile_options *options);

using execution::GivenInput;
/// options.inputs; structs within fail as the options do.
llvm::Expected<std::vector<GivenInput>> inputsOf(const llmc_compile_options &options);
/// options.calibration, in the same way.
llvm::Expected<std::vector<GivenInput>> calibrationOf(const llmc_compile_options &options);

/// options.accuracy_budget; nothing where there is none.
llvm::Expected<std::optional<evaluation::Budget>> budgetOf(const llmc_compile_options &options);

/// The report that is asked for, of an artefact in `output`; nothing where there is none.
llvm::Expected<std::optional<report::Reporter>> reporterOf(const llmc_compile_options &options, pipeline::Stage stage,
                                                           llvm::StringRef output);

/// Hooks included, for a compilation up to `stage`. The result refers to what the options point to.
llvm::Expected<pipeline::CompileOptions> toCompileOptions(const llmc_compile_options &options, pipeline::Stage stage);

/// What options.stage asks for; Stage::Artefact for null.
llvm::Expected<pipeline::Stage> stageOf(const llmc_compile_options &options);

} // namespace llmc::api

#endif
