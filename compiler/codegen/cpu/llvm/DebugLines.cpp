// Line 0 is, as in DWARF, code that stands for nothing in the source: the host program, but for its calls of kernels.
#include "compiler/codegen/cpu/llvm/DebugLines.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace llmc::codegen::cpu {

LogicalResult addDebugLines(ModuleOp code, const NodeListing &nodes) {
  auto file = StringAttr::get(code.getContext(), nodes.fileName());
  llvm::DenseMap<Location, Location> lines; // a kernel has few locations and much code
  code.walk([&](Operation *op) {
    auto [known, isNew] = lines.try_emplace(op->getLoc(), op->getLoc());
    if (isNew)
      known->second = FileLineColLoc::get(file, nodes.lineOf(op->getLoc()), /*column=*/0);
    op->setLoc(known->second);
  });
  PassManager pm(code.getContext());
  pm.addPass(LLVM::createDIScopeForLLVMFuncOpPass());
  return pm.run(code);
}

} // namespace llmc::codegen::cpu
