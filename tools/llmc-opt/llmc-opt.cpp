// llmc-opt: runs passes and pipelines on textual IR. Every lit test uses it, and reproducers replay in it.
#include "compiler/pipeline/Registration.h"
#include "compiler/plugin/PluginLoader.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"

/// MLIR's own --load-pass-plugin knows no versions and brings no dialects, so the option calls llmc's loader instead.
static void loadPluginsInto(mlir::DialectRegistry &registry) {
  mlir::MlirOptMainConfig::registerCLOptions(registry);
  auto *option =
      static_cast<llvm::cl::list<std::string> *>(llvm::cl::getRegisteredOptions().lookup("load-pass-plugin"));
  option->setCallback([&registry](const std::string &file) {
    auto plugin = llmc::plugin::loadPlugin(file);
    if (!plugin) {
      llvm::WithColor::error(llvm::errs(), "llmc-opt") << llvm::toString(plugin.takeError()) << '\n';
      std::exit(1);
    }
    (*plugin)->setup.dialects().appendTo(registry);
  });
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  llmc::pipeline::registerDialects(registry);
  llmc::pipeline::registerPasses();
  loadPluginsInto(registry);
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "llmc optimizer driver\n", registry));
}
