// Loads plugins. They stay in the process until it ends.
#ifndef LLMC_COMPILER_PLUGIN_PLUGINLOADER_H
#define LLMC_COMPILER_PLUGIN_PLUGINLOADER_H

#include "compiler/plugin/PassPlugin.h"
#include "llvm/Support/Error.h"

namespace llmc::plugin {

struct Plugin {
  std::string name, version;
  PluginSetup setup;
};

/// Loads the library at `path`, once: the same file gives the same plugin. Besides those of llmc it takes plain pass
/// plugins of MLIR, which know nothing of llmc. Refuses, with the reason, what is no plugin and what was built against
/// another version. Callable from several threads.
llvm::Expected<const Plugin *> loadPlugin(llvm::StringRef path);

} // namespace llmc::plugin

#endif
