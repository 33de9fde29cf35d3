// llmc-opt: runs passes and pipelines on textual IR. Every lit test uses it, and reproducers replay in it.
#include "compiler/pipeline/Registration.h"
#include "compiler/plugin/PluginLoader.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"

/// The files of --load-pass-plugin.
static std::vector<llvm::StringRef> pluginFiles(llvm::ArrayRef<const char *> arguments) {
  std::vector<llvm::StringRef> files;
  for (size_t i = 1; i < arguments.size(); ++i) {
    llvm::StringRef argument = llvm::StringRef(arguments[i]).ltrim('-');
    if (!argument.consume_front("load-pass-plugin"))
      continue;
    if (argument.consume_front("="))
      files.push_back(argument);
    else if (argument.empty() && i + 1 < arguments.size())
      files.push_back(arguments[++i]);
  }
  return files;
}

/// Plugins are loaded before MLIR makes its options, for passes that come later get no flags; and by llmc's loader, as
/// MLIR's own knows no versions and no dialects. MLIR's option is left with nothing to do.
static bool loadPlugins(llvm::ArrayRef<const char *> arguments, mlir::DialectRegistry &registry) {
  for (llvm::StringRef file : pluginFiles(arguments)) {
    auto plugin = llmc::plugin::loadPlugin(file);
    if (!plugin) {
      llvm::WithColor::error(llvm::errs(), "llmc-opt") << llvm::toString(plugin.takeError()) << '\n';
      return false;
    }
    (*plugin)->setup.dialects().appendTo(registry);
  }
  mlir::MlirOptMainConfig::registerCLOptions(registry);
  llvm::cl::Option *option = llvm::cl::getRegisteredOptions().lookup("load-pass-plugin");
  static_cast<llvm::cl::list<std::string> *>(option)->setCallback([](const std::string &) {});
  return true;
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  llmc::pipeline::registerDialects(registry);
  llmc::pipeline::registerPasses();
  if (!loadPlugins({argv, static_cast<size_t>(argc)}, registry))
    return 1;
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "llmc optimizer driver\n", registry));
}
