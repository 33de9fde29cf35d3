// llmc-opt: runs passes and pipelines on textual IR. Every lit test uses it, and reproducers replay in it.
#include "compiler/pipeline/Registration.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  llmc::pipeline::registerDialects(registry);
  llmc::pipeline::registerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "llmc optimizer driver\n", registry));
}
