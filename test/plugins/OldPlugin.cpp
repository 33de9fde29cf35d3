// A plugin that says it was built against an older llmc. It must be refused before any of it runs.
#include "compiler/plugin/PassPlugin.h"
#include <cstdlib>

extern "C" const llmc::plugin::PluginInfo *llmcGetPluginInfo() {
  static const llmc::plugin::PluginInfo info = {"llmc 0.0.1 (LLVM 21.0.0)", "old", "1.0",
                                                [](llmc::plugin::PluginSetup &) { std::abort(); }};
  return &info;
}
