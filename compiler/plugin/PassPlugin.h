// What a plugin is: a shared library that brings passes, dialects and ONNX operators. One of its files says
//   LLMC_PLUGIN("my-plugin", "1.0", setUp)
// where `setUp` registers what it brings. See docs/guide/extend.md and operators.md; examples/pass_plugin and
// examples/op_plugin.
#ifndef LLMC_COMPILER_PLUGIN_PASSPLUGIN_H
#define LLMC_COMPILER_PLUGIN_PASSPLUGIN_H

#include "compiler/support/Version.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace llmc::frontend {
struct OperatorImporter; // compiler/frontend/onnx/SupportedOps.h
}

namespace llmc::plugin {

/// Where passes may join the default pipeline. It is llmc-shapes,llmc-graph,llmc-kernels: the points lie before these
/// three, and `llmc inspect --pipeline` prints every pass of it.
enum class PipelinePoint {
  AfterImport, ///< the graph as the model spells it
  AfterShapes, ///< shape arithmetic is gone: all sizes are constants or formulas
  AfterFusion, ///< constants are folded; norms, softmax and chains of pointwise maths are single operations
};

/// "after-import"
inline llvm::StringRef nameOf(PipelinePoint point) {
  constexpr llvm::StringLiteral names[] = {"after-import", "after-shapes", "after-fusion"};
  return names[static_cast<int>(point)];
}

/// Passes in MLIR's textual form, as they stand in a module: "func.func(my-pass{limit=3})".
struct PipelineInsertion {
  PipelinePoint point;
  std::string passes;
};

/// Takes down what a plugin brings to the compilations that name it; others know nothing of it. Passes are registered
/// with MLIR (the generated registerMyPasses()), whose names the process has once: a plugin is refused whose pass has
/// the name of another's, and so is a compilation that spells a pass of a plugin which it does not name.
class PluginSetup {
public:
  /// Operators of ONNX. The table must stay as it is: a static one.
  void addOperators(llvm::ArrayRef<frontend::OperatorImporter> table) { tables.push_back(table); }
  /// Lets passes run in the default pipeline of every compilation that loads the plugin. A pipeline that is spelled
  /// runs as spelled, `--pipeline=llmc-default` too, and so does everything in llmc-opt: name the passes there.
  void joinPipeline(PipelinePoint point, llvm::StringRef passes) { joined.push_back({point, passes.str()}); }
  /// Dialects whose operations the plugin's importers and passes make.
  template <typename... Dialects> void addDialects() { registry.insert<Dialects...>(); }

  llvm::ArrayRef<PipelineInsertion> insertions() const { return joined; }
  const mlir::DialectRegistry &dialects() const { return registry; }
  llvm::ArrayRef<llvm::ArrayRef<frontend::OperatorImporter>> operators() const { return tables; }

private:
  std::vector<llvm::ArrayRef<frontend::OperatorImporter>> tables;
  std::vector<PipelineInsertion> joined;
  mlir::DialectRegistry registry;
};

/// What the entry point returns. The first member never changes its place: it tells whether the rest can be read.
struct PluginInfo {
  const char *builtAgainst; ///< LLMC_VERSION_TEXT of the headers
  const char *name;
  const char *version;
  void (*setUp)(PluginSetup &);
};

} // namespace llmc::plugin

#define LLMC_PLUGIN(NAME, VERSION, SETUP)                                                                              \
  extern "C" __attribute__((visibility("default"))) const ::llmc::plugin::PluginInfo *llmcGetPluginInfo() {            \
    static const ::llmc::plugin::PluginInfo info = {LLMC_VERSION_TEXT, NAME, VERSION, SETUP};                          \
    return &info;                                                                                                      \
  }

#endif
