// dlopen, one symbol, a version check.
#include "compiler/plugin/PluginLoader.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include <dlfcn.h>
#include <memory>
#include <mutex>

namespace llmc::plugin {

using EntryPoint = const PluginInfo *(*)();

/// Fills in the plugin; its version is checked before anything else of it runs.
static llvm::Error setUp(Plugin &plugin, llvm::StringRef path, EntryPoint entry) {
  const PluginInfo &info = *entry();
  if (llvm::StringRef(info.builtAgainst) != LLMC_VERSION_TEXT)
    return llvm::createStringError("plugin " + path + " was built against " + info.builtAgainst + ", but this is " +
                                   LLMC_VERSION_TEXT + "; try: build it again with the headers of this llmc");
  plugin.name = info.name;
  plugin.version = info.version;
  info.setUp(plugin.setup);
  return llvm::Error::success();
}

/// A pass plugin of MLIR itself.
static llvm::Error setUpForMlir(Plugin &plugin, llvm::StringRef path) {
  auto loaded = mlir::PassPlugin::load(path.str());
  if (!loaded) {
    llvm::consumeError(loaded.takeError());
    return llvm::createStringError(path + " is no plugin: it has no llmcGetPluginInfo; try: add LLMC_PLUGIN(name, "
                                          "version, setUp) to one of its files, or build it again for this MLIR");
  }
  plugin.name = loaded->getPluginName().str();
  plugin.version = loaded->getPluginVersion().str();
  loaded->registerPassRegistryCallbacks();
  return llvm::Error::success();
}

llvm::Expected<const Plugin *> loadPlugin(llvm::StringRef path) {
  static std::mutex mutex;
  static llvm::StringMap<std::unique_ptr<Plugin>> loaded; // by real path
  std::lock_guard<std::mutex> lock(mutex);
  llvm::SmallString<256> file;
  if (std::error_code code = llvm::sys::fs::real_path(path, file))
    return llvm::createStringError(code, "can't load plugin " + path + ": " + code.message() +
                                             "; try: the path of the library that the plugin's build made");
  if (auto known = loaded.find(file); known != loaded.end())
    return known->second.get();
  void *library = ::dlopen(file.c_str(), RTLD_NOW); // a function that is missing is found here, not by its first call
  if (!library)
    return llvm::createStringError("can't load plugin " + path + ": " + ::dlerror() +
                                   "; try: build it again with the headers of this llmc");
  auto plugin = std::make_unique<Plugin>();
  auto entry = reinterpret_cast<EntryPoint>(::dlsym(library, "llmcGetPluginInfo"));
  if (llvm::Error error = entry ? setUp(*plugin, path, entry) : setUpForMlir(*plugin, file))
    return std::move(error);
  return (loaded[file] = std::move(plugin)).get();
}

} // namespace llmc::plugin
