// Builds the function around a kernel.
#include "compiler/codegen/cpu/lowering/KernelFrame.h"
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
    llvm::for_each(op->getResults(), addTensor);
    return isa<ir::MapOp, ir::ReduceOp>(op) ? WalkResult::skip() : WalkResult::advance();
  });
  return {names.begin(), names.end()};
}

KernelFrame::KernelFrame(ModuleOp module, StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                         const TargetSpec &target)
    : source(kernel), analysis(dims), spec(target), location(kernel.getLoc()), inputCount(kernel.getNumOperands()),
      symbols(symbolsOf(kernel, dims)), head(module.getContext()), body(module.getContext()) {
  MLIRContext *context = module.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context), index = IndexType::get(context);
  SmallVector<Type> types = {index, index};
  types.append(inputCount + 2, pointer); // inputs, the result, the place for failures
  types.append(symbols.size(), index);
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  function = func::FuncOp::create(builder, location, (name + ".body").str(), builder.getFunctionType(types, {}));
  function.setPrivate();
  for (unsigned i = 0; i <= inputCount; ++i)
    function.setArgAttr(2 + i, LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr());
  Block *entry = function.addEntryBlock();
  // Two builders: sizes are computed once, at the head, whenever the body asks for them.
  Operation *ret = func::ReturnOp::create(body, location);
  entry->push_back(ret);
  body.setInsertionPoint(ret);
  Value marker = arith::ConstantIndexOp::create(body, location, 0);
  head.setInsertionPoint(marker.getDefiningOp());
  for (auto [i, symbol] : llvm::enumerate(symbols))
    sizes[symbol] = function.getArgument(2 + inputCount + 2 + i);
}

Value KernelFrame::size(const ir::DimExpr &expr) {
  Value &cached = sizes[expr.text()];
  if (cached)
    return cached;
  Value result = materialize(expr);
  return sizes[expr.text()] = result; // materialize may have grown the map
}

Value KernelFrame::materialize(const ir::DimExpr &expr) {
  auto add = [&](Value a, Value b) { return head.createOrFold<arith::AddIOp>(location, a, b); };
  Value sum;
  for (const ir::DimExpr::Term &term : expr.terms()) {
    Value value;
    if (term.coefficient != 1 || term.factors.empty())
      value = arith::ConstantIndexOp::create(head, location, term.coefficient);
    for (const auto &factor : term.factors) {
      Value atom = materialize(*factor);
      value = value ? head.createOrFold<arith::MulIOp>(location, value, atom) : atom;
    }
    sum = sum ? add(sum, value) : value;
  }
  return sum ? sum : arith::ConstantIndexOp::create(head, location, 0).getResult();
}

Value KernelFrame::materialize(const ir::DimAtom &atom) {
  if (atom.kind == ir::DimAtom::Symbol) {
    Value symbol = sizes.lookup(atom.text);
    assert(symbol && "a size mentions a symbol that symbolsOf did not find");
    return symbol;
  }
  Value left = size(atom.left), right = size(atom.right);
  bool divides = atom.kind == ir::DimAtom::FloorDiv || atom.kind == ir::DimAtom::Mod;
  if (divides && atom.right.least() < 1) // heads run for empty tensors too
    right = size(ir::DimExpr::max(atom.right, 1));
  switch (atom.kind) {
  case ir::DimAtom::FloorDiv:
    return arith::FloorDivSIOp::create(head, location, left, right);
  case ir::DimAtom::Mod: { // floor semantics: a - floor(a / b) * b
    Value quotient = arith::FloorDivSIOp::create(head, location, left, right);
    return arith::SubIOp::create(head, location, left, arith::MulIOp::create(head, location, quotient, right));
  }
  case ir::DimAtom::Min:
    return arith::MinSIOp::create(head, location, left, right);
  case ir::DimAtom::Max:
    return arith::MaxSIOp::create(head, location, left, right);
  default: { // broadcast
    Value one = arith::ConstantIndexOp::create(head, location, 1);
    Value isOne = arith::CmpIOp::create(head, location, arith::CmpIPredicate::eq, left, one);
    return arith::SelectOp::create(head, location, isOne, right, left);
  }
  }
}

KernelSignature KernelFrame::finish(const ir::DimExpr &tasks) {
  buildWrapper(function->getParentOfType<ModuleOp>());
  return {source->getAttrOfType<StringAttr>("name").str(), symbols, tasks};
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
    Value place = LLVM::GEPOp::create(builder, location, pointer, word, wrapper.getArgument(0),
                                      ArrayRef<LLVM::GEPArg>{offset});
    bool isPointer = isa<LLVM::LLVMPointerType>(type);
    Value value = LLVM::LoadOp::create(builder, location, isPointer ? pointer : word, place);
    operands.push_back(isPointer ? value
                                 : arith::IndexCastOp::create(builder, location, builder.getIndexType(), value));
  }
  func::CallOp::create(builder, location, function, operands);
  func::ReturnOp::create(builder, location);
}

} // namespace llmc::codegen::cpu
