// The whole compiler as lists of passes.
#ifndef LLMC_COMPILER_PIPELINE_PIPELINES_H
#define LLMC_COMPILER_PIPELINE_PIPELINES_H

#include "compiler/pipeline/Probes.h"
#include "compiler/plugin/PassPlugin.h"
#include "compiler/support/TargetSpec.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/Error.h"

namespace llmc::pipeline {

/// From the importer's output to a graph without shape arithmetic, with all sizes resolved.
void addShapePasses(mlir::OpPassManager &pm);
/// Shape passes that end in llmc.check operations: enough to tell what sizes the model takes.
void addSizeCheckPasses(mlir::OpPassManager &pm);
/// What the passes are told besides the graph.
struct PipelineOptions {
  KernelRules rules;
  std::vector<std::string> levels;       // that schedules are chosen for; none: all
  std::string triple;                    // of the target; empty: this machine's
  bool records = false;                  // decisions, with the kernels
  std::string decisions;                 // a file of schedules to take; empty: none
  std::vector<std::string> quantization; // rules of llmc-quantize-products; none: all stays as it is
  std::vector<std::string> pruning;      // rules of llmc-prune-* and llmc-find-zeros; none: all stays
  std::optional<Probes> probes = {};     // in place of quantization
  bool switches = false;                 // each run chooses what of the quantization it takes
  bool endsPruned = false;               // nothing is done to what pruning leaves
};

/// Fusion and folding on the graph.
void addGraphPasses(mlir::OpPassManager &pm, const PipelineOptions &options);
/// From the graph to kernels with a memory plan.
void addKernelPasses(mlir::OpPassManager &pm, const PipelineOptions &options);
/// All of these: the pipeline named "default".
void addDefaultPipeline(mlir::OpPassManager &pm, const PipelineOptions &options);
/// The passes that a text in MLIR's form names.
llvm::Error addPassesOf(mlir::OpPassManager &pm, llvm::StringRef text);
/// The default pipeline up to kernels or, without them, up to the fused graph, and with passes of plugins at their
/// points.
llvm::Error addExtendedPipeline(mlir::OpPassManager &pm, bool kernels, const PipelineOptions &options,
                                llvm::ArrayRef<plugin::PipelineInsertion> insertions);

} // namespace llmc::pipeline

#endif
