// Loads plugins. They stay in the process until it ends; who uses them is for each compilation to say.
#ifndef LLMC_COMPILER_PLUGIN_PLUGINLOADER_H
#define LLMC_COMPILER_PLUGIN_PLUGINLOADER_H

#include "compiler/plugin/PassPlugin.h"
#include "llvm/Support/Error.h"
#include <mutex>

namespace llmc::plugin {

struct Plugin {
  std::string name, version;
  PluginSetup setup;
  const void *library = nullptr; // where it lies in memory
};

/// Loads the library at `path`, once: the same file gives the same plugin. Besides those of llmc it takes plain pass
/// plugins of MLIR, which know nothing of llmc. Refuses, with the reason, what is no plugin, what was built against
/// another version, and a file that has changed since it was loaded. Callable from several threads.
llvm::Expected<const Plugin *> loadPlugin(llvm::StringRef path);

/// The plugin whose library holds a virtual table or function; null for those of llmc and MLIR.
const Plugin *pluginAt(const void *address);

/// MLIR's registry of passes is one for the process and knows no threads: it is read and written under this lock.
std::unique_lock<std::mutex> lockPassRegistry();

} // namespace llmc::plugin

#endif
