// The plugins of one compilation.
#ifndef LLMC_COMPILER_PIPELINE_PLUGINSET_H
#define LLMC_COMPILER_PIPELINE_PLUGINSET_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/frontend/onnx/OperatorTable.h"
#include "compiler/plugin/PluginLoader.h"

namespace mlir {
class Pass;
}

namespace llmc::pipeline {

class PluginSet {
public:
  /// Loads the files. Refuses plugins that bring the same operator.
  static llvm::Expected<PluginSet> load(llvm::ArrayRef<std::string> files);

  /// Those of llmc and of the plugins.
  const frontend::OperatorTable &operators() const { return table; }
  void addDialects(mlir::DialectRegistry &registry) const;
  /// What joins the default pipeline, each checked by itself.
  llvm::Expected<std::vector<plugin::PipelineInsertion>> insertions() const;
  /// For the manifest; `joins` tells whether they joined the pipeline.
  std::vector<codegen::PluginFacts> describe(bool joins) const;
  /// Fails for a pass of a plugin that another compilation of this process has loaded.
  llvm::Error check(const mlir::Pass &pass) const;

private:
  std::vector<const plugin::Plugin *> plugins;
  frontend::OperatorTable table;
};

} // namespace llmc::pipeline

#endif
