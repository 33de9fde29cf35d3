// Builds the function around a kernel.
#include "compiler/codegen/kernel/KernelFrame.h"
#include "compiler/ir/InPlace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/SmallBitVector.h"
#include <set>

using namespace mlir;

namespace llmc::codegen {

std::vector<std::string> symbolsOf(ir::KernelOp kernel, ir::DimAnalysis &dims, const ir::StateMemory &states) {
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
  auto isRoomy = [&](Value tensor) { return states.axisOf(tensor) || states.isInput(tensor); };
  if (llvm::any_of(kernel->getOperands(), isRoomy) || llvm::any_of(kernel->getResults(), isRoomy))
    names.insert(ir::kCapacity.str());
  return {names.begin(), names.end()};
}

static constexpr llvm::StringLiteral kFirstCheck = "#check"; // no symbol of a model has such a name

/// Where the loops of a kernel come from: what stands before and behind its anchor has locations of its own.
static Location locationOf(ir::KernelOp kernel) {
  Operation *anchor = kernel.getAnchor();
  return anchor ? anchor->getLoc() : kernel.getLoc();
}

KernelFrame::KernelFrame(ModuleOp module, StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                         const ir::StateMemory &states, const TargetSpec &target)
    : source(kernel), analysis(dims), states(states), spec(target), location(locationOf(kernel)),
      inputCount(kernel.getNumOperands()), resultCount(kernel.getNumResults()),
      symbols(symbolsOf(kernel, dims, states)), sizes(module.getContext(), location), body(module.getContext()) {
  addArguments(module, name);
  promiseDistinct();
  firstTask = function.getArgument(0);
  lastTask = function.getArgument(1);
  for (BlockArgument argument : kernel.getBody().getArguments())
    keep(argument, function.getArgument(kFirstPointer + argument.getArgNumber()));
  for (auto [i, value] : llvm::enumerate(kernel.getYielded())) {
    auto axes = llvm::to_vector(llvm::seq<int64_t>(0, cast<RankedTensorType>(value.getType()).getRank()));
    current.push_back({value, function.getArgument(kFirstPointer + inputCount + i), axes});
  }
  // Sizes are computed once, at the head, whenever the body asks for them.
  body.setInsertionPointToEnd(&function.getBody().front());
  body.setInsertionPoint(func::ReturnOp::create(body, location));
  sizes.setInsertionPoint(arith::ConstantIndexOp::create(body, location, 0));
  unsigned next = kFirstPointer + inputCount + resultCount + 1;
  sizes.define(kFirstCheck, function.getArgument(next++));
  for (const std::string &symbol : symbols)
    sizes.define(symbol, function.getArgument(next++));
}

void KernelFrame::addArguments(ModuleOp module, StringRef name) {
  MLIRContext *context = module.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context), index = IndexType::get(context);
  SmallVector<Type> types = {index, index, pointer};
  types.append(inputCount + resultCount + 1, pointer);
  types.append(1 + symbols.size(), index);
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  function = func::FuncOp::create(builder, location, (name + ".body").str(), builder.getFunctionType(types, {}));
  function.setPrivate();
  function.addEntryBlock();
}

/// A result may lie where an operand lies that it may overwrite; all other buffers lie apart.
void KernelFrame::promiseDistinct() {
  llvm::SmallBitVector shared(inputCount + resultCount);
  for (OpResult result : source->getResults())
    for (unsigned operand : ir::overwritableOperands(result, analysis)) {
      shared.set(operand);
      shared.set(inputCount + result.getResultNumber());
    }
  for (unsigned i = 0; i < shared.size(); ++i)
    if (!shared.test(i))
      function.setArgAttr(kFirstPointer + i, LLVM::LLVMDialect::getNoAliasAttrName(), body.getUnitAttr());
  function.setArgAttr(2, LLVM::LLVMDialect::getNoAliasAttrName(), body.getUnitAttr());
}

ir::DimVector KernelFrame::extents(Value tensor) {
  std::optional<unsigned> axis;
  auto argument = dyn_cast<BlockArgument>(tensor);
  if (argument && argument.getOwner() == &source.getBody().front())
    axis = states.axisOf(source.getInputs()[argument.getArgNumber()]);
  for (auto [yielded, result] : llvm::zip(source.getYielded(), source.getResults()))
    if (yielded == tensor)
      axis = states.axisOf(result);
  return ir::extentsOf(dims(tensor), axis);
}

ir::DimExpr KernelFrame::mustBeStored(Value tensor) {
  auto argument = dyn_cast<BlockArgument>(tensor);
  if (!argument || !states.isInput(source.getInputs()[argument.getArgNumber()]))
    return 1;
  return ir::DimExpr::max(ir::DimExpr(1) - ir::DimExpr::symbol(ir::kCapacity), 0);
}

ir::DimExpr KernelFrame::follow(const ir::DimExpr &before, function_ref<ir::DimExpr()> loops) {
  Value first = firstTask, last = lastTask;
  firstTask =
      arith::MaxSIOp::create(body, location, arith::SubIOp::create(body, location, first, size(before)), constant(0));
  lastTask = arith::SubIOp::create(body, location, last, size(before));
  ir::DimExpr tasks = loops();
  firstTask = first;
  lastTask = last;
  return before + tasks;
}

void KernelFrame::stage(SmallVector<Result> results, function_ref<ir::DimExpr()> loops) {
  std::swap(current, results);
  Value first = std::exchange(firstTask, constant(0)), last = lastTask;
  // How many tasks there are is known when the loops are there.
  auto placeholder = arith::ConstantIndexOp::create(body, location, 0);
  lastTask = placeholder;
  Value tasks = size(loops());
  placeholder.getResult().replaceAllUsesWith(tasks);
  placeholder.erase();
  std::swap(current, results);
  firstTask = first;
  lastTask = last;
}

Value KernelFrame::failureCode(Operation *op) {
  int64_t place = std::distance(checks.begin(), llvm::find(checks, op));
  if (place == static_cast<int64_t>(checks.size()))
    checks.push_back(op);
  return size(ir::DimExpr::symbol(kFirstCheck) + (1 + place));
}

Value KernelFrame::scratch(const ir::DimExpr &bytes) {
  constexpr int64_t alignment = 64;
  Value base = function.getArgument(2);
  Value place = scratchBytes.isConstant(0) ? base
                                           : LLVM::GEPOp::create(body, location, base.getType(), body.getI8Type(), base,
                                                                 ArrayRef<LLVM::GEPArg>{toWord(size(scratchBytes))})
                                                 .getResult();
  scratchBytes = scratchBytes + ir::DimExpr::ceilDiv(bytes, alignment) * alignment;
  return place;
}

Value KernelFrame::toWord(Value index) { return arith::IndexCastOp::create(body, location, body.getI64Type(), index); }

KernelSignature KernelFrame::finish(const ir::DimExpr &tasks) {
  buildWrapper(function->getParentOfType<ModuleOp>());
  std::vector<size_t> places;
  for (Operation *op : checks)
    places.push_back(std::distance(op->getBlock()->begin(), op->getIterator()));
  return {function.getName().drop_back(StringRef(".body").size()).str(), symbols, tasks, scratchBytes, places};
}

/// The runtime calls kernels as llmc_task(args, begin, end, scratch), where args is an array of 8-byte words: the
/// pointers of inputs and results, that of the failure words, the number of the first check, and the symbols.
void KernelFrame::buildWrapper(ModuleOp module) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(module.getContext()), word = builder.getI64Type();
  StringRef name = function.getName().drop_back(StringRef(".body").size());
  auto wrapper =
      func::FuncOp::create(builder, location, name, builder.getFunctionType({pointer, word, word, pointer}, {}));
  builder.setInsertionPointToStart(wrapper.addEntryBlock());
  SmallVector<Value> operands;
  for (unsigned i : {1u, 2u})
    operands.push_back(arith::IndexCastOp::create(builder, location, builder.getIndexType(), wrapper.getArgument(i)));
  operands.push_back(wrapper.getArgument(3));
  for (auto [offset, type] : llvm::enumerate(function.getArgumentTypes().drop_front(operands.size()))) {
    Value place = LLVM::GEPOp::create(builder, location, pointer, word, wrapper.getArgument(0),
                                      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
    bool isPointer = isa<LLVM::LLVMPointerType>(type);
    Value value = LLVM::LoadOp::create(builder, location, isPointer ? pointer : word, place);
    operands.push_back(isPointer ? value
                                 : arith::IndexCastOp::create(builder, location, builder.getIndexType(), value));
  }
  func::CallOp::create(builder, location, function, operands);
  func::ReturnOp::create(builder, location);
}

} // namespace llmc::codegen
