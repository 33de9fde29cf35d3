// dlopen, one symbol, a version check.
#include "compiler/plugin/PluginLoader.h"
#include "compiler/support/FatalErrors.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include <dlfcn.h>
#include <memory>

namespace llmc::plugin {
namespace {

using EntryPoint = const PluginInfo *(*)();

/// What tells a file from one that was built in its place.
struct FileVersion {
  llvm::sys::fs::UniqueID id;
  uint64_t bytes;
  llvm::sys::TimePoint<> changed;

  bool operator==(const FileVersion &other) const {
    return id == other.id && bytes == other.bytes && changed == other.changed;
  }
};

struct LoadedPlugin {
  FileVersion version;
  Plugin plugin;
};

/// All that was loaded, by real path. Never destroyed: the code of plugins may run until the process ends.
llvm::StringMap<std::unique_ptr<LoadedPlugin>> &loadedPlugins() {
  static auto *loaded = new llvm::StringMap<std::unique_ptr<LoadedPlugin>>;
  return *loaded;
}

const void *libraryOf(const void *address) {
  Dl_info info;
  return ::dladdr(address, &info) ? info.dli_fbase : nullptr;
}

/// Fills in the plugin; its version is checked before anything else of it runs.
llvm::Error setUp(Plugin &plugin, llvm::StringRef path, EntryPoint entry) {
  const PluginInfo &info = *entry();
  if (llvm::StringRef(info.builtAgainst) != LLMC_VERSION_TEXT)
    return llvm::createStringError("plugin " + path + " was built against " + info.builtAgainst + ", but this is " +
                                   LLMC_VERSION_TEXT + "; try: build it again with the headers of this llmc");
  plugin.name = info.name;
  plugin.version = info.version;
  plugin.library = libraryOf(&info);
  try {
    info.setUp(plugin.setup);
  } catch (const FatalError &error) { // MLIR takes no second pass of a name
    return llvm::createStringError("plugin " + path + " can't be set up: " + error.what() +
                                   "; try: a process that has loaded no other plugin with a pass of this name");
  }
  return llvm::Error::success();
}

/// A pass plugin of MLIR itself.
llvm::Error setUpForMlir(Plugin &plugin, llvm::StringRef path, void *library) {
  auto loaded = mlir::PassPlugin::load(path.str());
  if (!loaded) {
    llvm::consumeError(loaded.takeError());
    return llvm::createStringError(path + " is no plugin: it has no llmcGetPluginInfo; try: add LLMC_PLUGIN(name, "
                                          "version, setUp) to one of its files, or build it again for this MLIR");
  }
  plugin.name = loaded->getPluginName().str();
  plugin.version = loaded->getPluginVersion().str();
  plugin.library = libraryOf(::dlsym(library, "mlirGetPassPluginInfo"));
  loaded->registerPassRegistryCallbacks();
  return llvm::Error::success();
}

} // namespace

std::unique_lock<std::mutex> lockPassRegistry() {
  static std::mutex mutex;
  return std::unique_lock<std::mutex>(mutex);
}

llvm::Expected<const Plugin *> loadPlugin(llvm::StringRef path) {
  auto lock = lockPassRegistry();
  auto cannotLoad = [&](std::error_code code) {
    return llvm::createStringError(code, "can't load plugin " + path + ": " + code.message() +
                                             "; try: the path of the library that the plugin's build made");
  };
  llvm::SmallString<256> file;
  llvm::sys::fs::file_status status;
  if (std::error_code code = llvm::sys::fs::real_path(path, file))
    return cannotLoad(code);
  if (std::error_code code = llvm::sys::fs::status(file, status))
    return cannotLoad(code);
  FileVersion version = {status.getUniqueID(), status.getSize(), status.getLastModificationTime()};
  if (auto known = loadedPlugins().find(file); known != loadedPlugins().end()) {
    if (known->second->version == version)
      return &known->second->plugin;
    return llvm::createStringError("plugin " + path +
                                   " was built again after this process had loaded it, and stays "
                                   "loaded as it was; try: a new process");
  }
  void *library = ::dlopen(file.c_str(), RTLD_NOW); // a function that is missing is found here, not by its first call
  if (!library)
    return llvm::createStringError("can't load plugin " + path + ": " + ::dlerror() +
                                   "; try: build it again with the headers of this llmc");
  auto loaded = std::make_unique<LoadedPlugin>();
  loaded->version = version;
  auto entry = reinterpret_cast<EntryPoint>(::dlsym(library, "llmcGetPluginInfo"));
  if (llvm::Error error = entry ? setUp(loaded->plugin, path, entry) : setUpForMlir(loaded->plugin, file, library))
    return std::move(error);
  return &(loadedPlugins()[file] = std::move(loaded))->plugin;
}

const Plugin *pluginAt(const void *address) {
  auto lock = lockPassRegistry();
  if (loadedPlugins().empty()) // dladdr looks through all symbols of a library, and is asked for each pass
    return nullptr;
  const void *library = libraryOf(address);
  for (auto &entry : loadedPlugins())
    if (library && entry.second->plugin.library == library)
      return &entry.second->plugin;
  return nullptr;
}

} // namespace llmc::plugin
