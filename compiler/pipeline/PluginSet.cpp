// Libraries stay in the process; what they bring is handed to those compilations alone that name them.
#include "compiler/pipeline/PluginSet.h"
#include "compiler/pipeline/Pipelines.h"
#include "compiler/support/UsageError.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace llmc::pipeline {

llvm::Expected<PluginSet> PluginSet::load(llvm::ArrayRef<std::string> files) {
  PluginSet set;
  for (const std::string &file : files) {
    auto plugin = plugin::loadPlugin(file);
    if (!plugin)
      return plugin.takeError();
    if (llvm::is_contained(set.plugins, *plugin)) // the same library named twice
      continue;
    set.plugins.push_back(*plugin);
    for (llvm::ArrayRef<frontend::OperatorImporter> table : (*plugin)->setup.operators())
      if (llvm::Error error = set.table.add(table, (*plugin)->name))
        return std::move(error);
  }
  return set;
}

void PluginSet::addDialects(mlir::DialectRegistry &registry) const {
  for (const plugin::Plugin *plugin : plugins)
    plugin->setup.dialects().appendTo(registry);
}

llvm::Expected<std::vector<plugin::PipelineInsertion>> PluginSet::insertions() const {
  std::vector<plugin::PipelineInsertion> insertions;
  for (const plugin::Plugin *plugin : plugins)
    for (const plugin::PipelineInsertion &insertion : plugin->setup.insertions()) {
      mlir::OpPassManager probe(mlir::ModuleOp::getOperationName());
      if (llvm::Error error = addPassesOf(probe, insertion.passes))
        return usageError("plugin " + plugin->name + ": " + llvm::toString(std::move(error)));
      insertions.push_back(insertion);
    }
  return insertions;
}

std::vector<codegen::PluginFacts> PluginSet::describe(bool joins) const {
  std::vector<codegen::PluginFacts> described;
  for (const plugin::Plugin *plugin : plugins) {
    described.push_back({plugin->name, plugin->version, {}});
    if (joins)
      for (const plugin::PipelineInsertion &insertion : plugin->setup.insertions())
        described.back().passes.push_back((plugin::nameOf(insertion.point) + ": " + insertion.passes).str());
  }
  return described;
}

// MLIR's registry does not tell where a pass comes from, but its virtual table lies in its library.
llvm::Error PluginSet::check(const mlir::Pass &pass) const {
  const plugin::Plugin *owner = plugin::pluginAt(*reinterpret_cast<const void *const *>(&pass));
  if (!owner || llvm::is_contained(plugins, owner))
    return llvm::Error::success();
  return usageError("pass " + pass.getArgument() + " is of plugin " + owner->name +
                    ", which this compilation does not load; try: load it, with --load-pass-plugin=FILE.so");
}

} // namespace llmc::pipeline
