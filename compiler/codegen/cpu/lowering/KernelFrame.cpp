// Builds the function around a kernel.
#include "compiler/codegen/cpu/lowering/KernelFrame.h"
#include "compiler/ir/InPlace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include <set>

using namespace mlir;

namespace llmc::codegen::cpu {

std::vector<std::string> symbolsOf(ir::KernelOp kernel, ir::DimAnalysis &dims) {
  std::set<std::string> names;
  auto add = [&](const ir::DimExpr &expr) {
    for (std::string &name : expr.symbols())
      names.insert(std::move(name));
  };
  auto addTensor = [&](Value value) {
    if (isa<RankedTensorType>(value.getType()))
      for (const ir::DimExpr &dim : dims.dims(value))
        add(dim);
  };
  llvm::for_each(kernel.getBody().getArguments(), addTensor);
  kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto size = dyn_cast<ir::SizeOp>(op))
      add(dims.value(size));
    if (auto shape = dyn_cast<ir::ShapeOp>(op))
      for (auto formula : shape.getFormulas().getAsRange<StringAttr>())
        add(dims.parse(formula.getValue()));
    llvm::for_each(op->getResults(), addTensor);
    return op->getNumRegions() > 0 ? WalkResult::skip() : WalkResult::advance(); // of scalars
  });
  return {names.begin(), names.end()};
}

KernelFrame::KernelFrame(ModuleOp module, StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                         const TargetSpec &target)
    : source(kernel), analysis(dims), spec(target), location(kernel.getLoc()), inputCount(kernel.getNumOperands()),
      symbols(symbolsOf(kernel, dims)), sizes(module.getContext(), kernel.getLoc()), body(module.getContext()) {
  MLIRContext *context = module.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context), index = IndexType::get(context);
  SmallVector<Type> types = {index, index};
  types.append(inputCount + 2, pointer); // inputs, the result, the place for failures
  types.append(symbols.size(), index);
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  function = func::FuncOp::create(builder, location, (name + ".body").str(), builder.getFunctionType(types, {}));
  function.setPrivate();
  // The result may lie where such an operand lies; the others keep their promise to the optimizer.
  SmallVector<unsigned> shared = ir::overwritableOperands(kernel->getResult(0), dims);
  for (unsigned i = 0; i <= inputCount; ++i)
    if (i < inputCount ? !llvm::is_contained(shared, i) : shared.empty())
      function.setArgAttr(2 + i, LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr());
  Block *entry = function.addEntryBlock();
  // Sizes are computed once, at the head, whenever the body asks for them.
  body.setInsertionPointToEnd(entry);
  body.setInsertionPoint(func::ReturnOp::create(body, location));
  sizes.setInsertionPoint(arith::ConstantIndexOp::create(body, location, 0));
  for (auto [i, symbol] : llvm::enumerate(symbols))
    sizes.define(symbol, function.getArgument(2 + inputCount + 2 + i));
}

KernelSignature KernelFrame::finish(const ir::DimExpr &tasks) {
  buildWrapper(function->getParentOfType<ModuleOp>());
  return {function.getName().drop_back(StringRef(".body").size()).str(), symbols, tasks};
}

/// The runtime calls kernels as llmc_task(args, begin, end), where args is an array of 8-byte words: the pointers and
/// symbols in the order of the body's arguments.
void KernelFrame::buildWrapper(ModuleOp module) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(module.getContext()), word = builder.getI64Type();
  StringRef name = function.getName().drop_back(StringRef(".body").size());
  auto wrapper = func::FuncOp::create(builder, location, name, builder.getFunctionType({pointer, word, word}, {}));
  builder.setInsertionPointToStart(wrapper.addEntryBlock());
  SmallVector<Value> operands;
  for (unsigned i : {1u, 2u})
    operands.push_back(arith::IndexCastOp::create(builder, location, builder.getIndexType(), wrapper.getArgument(i)));
  for (Type type : function.getArgumentTypes().drop_front(2)) {
    auto offset = static_cast<int32_t>(operands.size()) - 2;
    Value place =
        LLVM::GEPOp::create(builder, location, pointer, word, wrapper.getArgument(0), ArrayRef<LLVM::GEPArg>{offset});
    bool isPointer = isa<LLVM::LLVMPointerType>(type);
    Value value = LLVM::LoadOp::create(builder, location, isPointer ? pointer : word, place);
    operands.push_back(isPointer ? value
                                 : arith::IndexCastOp::create(builder, location, builder.getIndexType(), value));
  }
  func::CallOp::create(builder, location, function, operands);
  func::ReturnOp::create(builder, location);
}

} // namespace llmc::codegen::cpu
