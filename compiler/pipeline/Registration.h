// Everything that tools must register before they read or transform IR.
#ifndef LLMC_COMPILER_PIPELINE_REGISTRATION_H
#define LLMC_COMPILER_PIPELINE_REGISTRATION_H

namespace mlir {
class DialectRegistry;
}

namespace llmc::pipeline {

/// The llmc dialect, the dialects that it lowers to, and the interface models that the passes need.
void registerDialects(mlir::DialectRegistry &registry);
/// All passes and named pipelines, so that pipelines can be spelled. Once; callable from several threads.
void registerPasses();

} // namespace llmc::pipeline

#endif
