#include "compiler/codegen/kernel/Outlining.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace llmc::codegen {

/// What was promised of buffers of the caller holds of the same buffers here.
static void passPromises(func::CallOp call, func::FuncOp function) {
  StringRef promise = LLVM::LLVMDialect::getNoAliasAttrName();
  for (auto [i, operand] : llvm::enumerate(call.getOperands()))
    if (auto argument = dyn_cast<BlockArgument>(operand))
      if (auto caller = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()))
        if (Attribute promised = caller.getArgAttr(argument.getArgNumber(), promise))
          function.setArgAttr(static_cast<unsigned>(i), promise, promised);
}

void emitApart(KernelFrame &frame, OpBuilder &builder, StringRef name, function_ref<void(OpBuilder &)> body) {
  Location loc = frame.loc();
  auto region = scf::ExecuteRegionOp::create(builder, loc, TypeRange());
  OpBuilder inside = OpBuilder::atBlockBegin(&region.getRegion().emplaceBlock());
  body(inside);
  scf::YieldOp::create(inside, loc);

  auto module = region->getParentOfType<ModuleOp>();
  StringRef kernel = region->getParentOfType<func::FuncOp>().getName();
  kernel.consume_back(".body");
  std::string unique = (kernel + "." + name).str();
  for (unsigned number = 1; module.lookupSymbol(unique); ++number)
    unique = (kernel + "." + name + Twine(number)).str();
  IRRewriter rewriter(builder.getContext());
  func::CallOp call;
  auto function = outlineSingleBlockRegion(rewriter, loc, region.getRegion(), unique, &call);
  assert(succeeded(function) && "one block that gives nothing");
  function->setPrivate();
  (*function)->setAttr("passthrough", builder.getStrArrayAttr({"noinline"}));
  passPromises(call, *function);
}

} // namespace llmc::codegen
