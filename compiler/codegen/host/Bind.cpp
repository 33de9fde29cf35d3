// bind(): straight-line code. Checks do not branch: the number of the first that fails is selected at the end.
#include "compiler/codegen/artefact/ImageBuilder.h"
#include "compiler/codegen/host/HostProgram.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/SymbolBinding.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace llmc::codegen {
namespace {

class BindBuilder {
public:
  BindBuilder(HostContext &context, ArrayRef<ir::DimExpr> scratchBytes)
      : context(context), scratchBytes(scratchBytes), loc(context.model.getLoc()), builder(context.code.getContext()),
        sizes(context.code.getContext(), loc), index(builder.getIndexType()), word(builder.getI64Type()),
        pointer(LLVM::LLVMPointerType::get(context.code.getContext())) {}

  LogicalResult build() {
    builder.setInsertionPointToEnd(context.code.getBody());
    function = func::FuncOp::create(
        builder, loc, nameForVariant(kBindName, context.number),
        builder.getFunctionType({pointer, word, pointer, pointer, pointer, pointer}, {builder.getI32Type()}));
    builder.setInsertionPointToEnd(function.addEntryBlock());
    capacity = arith::IndexCastOp::create(builder, loc, index, function.getArgument(Capacity));
    if (failed(loadSymbols()))
      return failure();
    // From here on formulas are computed at this place.
    sizes.setInsertionPoint(arith::ConstantIndexOp::create(builder, loc, 0));
    for (const auto &[symbol, value] : values)
      sizes.watchSize(value);
    checkInputs();
    checkRelations();
    storeResults();
    checkOverflow();
    finishChecks();
    return success();
  }

private:
  enum Argument { InputDims, Capacity, Words, OutputDims, Memory, Values };

  struct Check {
    Value failed, a, b;
  };

  Value loadDim(unsigned argument, unsigned axis) {
    unsigned position = axis;
    for (unsigned i = 0; i < argument; ++i)
      position += cast<RankedTensorType>(context.model.getArgument(i).getType()).getRank();
    Value place = address(function.getArgument(InputDims), position);
    return arith::IndexCastOp::create(builder, loc, index, LLVM::LoadOp::create(builder, loc, word, place));
  }

  Value address(Value base, int64_t position) {
    return LLVM::GEPOp::create(builder, loc, pointer, word, base,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(position)});
  }

  void store(Value value, Argument argument, int64_t position) {
    LLVM::StoreOp::create(builder, loc, arith::IndexCastOp::create(builder, loc, word, value),
                          address(function.getArgument(argument), position));
  }

  LogicalResult loadSymbols() {
    bindings = ir::bindSymbols(context.model, context.dims);
    if (!bindings.unbound.empty())
      return context.model.emitError() << "the dim \"" << bindings.unbound.front()
                                       << "\" follows from the sizes of no input";
    for (const ir::SymbolBinding &binding : bindings.bindings) {
      SizeBuilder solve(builder.getContext(), loc);
      Value size = loadDim(binding.argument, binding.axis);
      for (const auto &[symbol, value] : values)
        solve.define(symbol, value);
      solve.define(ir::kArgumentSize, size);
      solve.setInsertionPoint(arith::ConstantIndexOp::create(builder, loc, 0));
      values.push_back({binding.symbol, solve.size(binding.value)});
      sizes.define(binding.symbol, values.back().second);
    }
    if (!context.facts.states.empty())
      values.push_back({ir::kCapacity.str(), capacity});
    sizes.define(ir::kCapacity, capacity);
    return success();
  }

  void check(arith::CmpIPredicate failing, Value a, Value b, const std::string &text, const std::string &node) {
    checks.push_back({arith::CmpIOp::create(builder, loc, failing, a, b), a, b});
    context.facts.checks.push_back({text, node});
  }

  void checkInputs() {
    for (BlockArgument argument : context.model.getArguments()) {
      const TensorFacts &facts = context.facts.inputs[argument.getArgNumber()];
      for (auto [axis, size] : llvm::enumerate(context.dims.dims(argument))) {
        std::string text = "dim " + std::to_string(axis) + " of input \"" + facts.name + "\" is {0}";
        if (size.symbolName().empty() || !isBoundHere(size.symbolName(), argument.getArgNumber(), axis)) {
          std::string wanted = size.constant() ? " but must be {1}" : " but " + size.text() + " is {1}";
          check(arith::CmpIPredicate::ne, loadDim(argument.getArgNumber(), axis), sizes.size(size), text + wanted, "");
          if (context.states.isInput(argument) && !isLength(argument.getArgNumber(), axis))
            onlyWithoutCapacity();
        }
      }
    }
    for (const ir::SymbolRange &symbol : context.facts.sizes.symbols) {
      Value value = sizes.size(ir::DimExpr::symbol(symbol.name));
      std::string takes = symbol.name + " is {0}, but the model takes ";
      if (symbol.least == symbol.most) {
        check(arith::CmpIPredicate::ne, value, sizes.size(symbol.least), takes + "only {1}", "");
        continue;
      }
      check(arith::CmpIPredicate::slt, value, sizes.size(symbol.least), takes + "at least {1}", "");
      if (symbol.most != ir::DimExpr::kUnbounded)
        check(arith::CmpIPredicate::sgt, value, sizes.size(symbol.most), takes + "at most {1}", "");
    }
  }

  /// Whether the axis is the one along which a state grows.
  bool isLength(unsigned argument, unsigned axis) {
    return llvm::any_of(context.facts.states,
                        [&](const StateFacts &state) { return state.input == argument && state.axis == axis; });
  }

  /// The last check is left out where the context keeps the states: it knows lengths only.
  void onlyWithoutCapacity() {
    Value none = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, capacity, sizes.size(0));
    checks.back().failed = arith::AndIOp::create(builder, loc, checks.back().failed, none);
  }

  bool isBoundHere(StringRef symbol, unsigned argument, unsigned axis) {
    for (const ir::SymbolBinding &binding : bindings.bindings)
      if (binding.symbol == symbol)
        return binding.argument == argument && binding.axis == axis;
    return false;
  }

  void checkRelations() {
    context.model.walk([&](ir::CheckOp op) {
      Value a = sizes.size(context.dims.parse(op.getLeft())), b = sizes.size(context.dims.parse(op.getRight()));
      std::string node = ir::listNodes(op.getLoc());
      auto relation = ir::relationNamed(op.getKind());
      bool isOrder = relation == ir::DimRelation::AtLeast;
      check(isOrder ? arith::CmpIPredicate::slt : arith::CmpIPredicate::ne, a, b, op.getMessage().str(), node);
      if (relation == ir::DimRelation::Repeat || relation == ir::DimRelation::Broadcast)
        allowOne(a);
      if (relation == ir::DimRelation::Broadcast)
        allowOne(b);
    });
  }

  /// The last check holds, too, where `side` is 1.
  void allowOne(Value side) {
    Value more = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, side, sizes.size(1));
    checks.back().failed = arith::AndIOp::create(builder, loc, checks.back().failed, more);
  }

  void storeResults() {
    for (auto [i, symbol] : llvm::enumerate(context.symbols))
      store(sizes.size(ir::DimExpr::symbol(symbol)), Words, i);
    int64_t position = 0;
    for (Value output : context.model.getBody().front().getTerminator()->getOperands())
      for (const ir::DimExpr &dim : context.dims.dims(output))
        store(sizes.size(dim), OutputDims, position++);
    // Offsets of the arena: each place begins at the largest end of those below it.
    Value align = sizes.size(ir::kArenaAlignment), total = sizes.size(0);
    std::vector<Value> ends(context.slots.size());
    for (size_t i : ir::arenaOrder(context.slots)) {
      Value offset = sizes.size(0);
      for (int64_t j : context.slots[i].below)
        offset = arith::MaxSIOp::create(builder, loc, offset, ends[j]);
      store(offset, Words, context.slotWord(i));
      Value padded = sizes.size(context.slots[i].bytes + (ir::kArenaAlignment - 1));
      Value bytes = arith::MulIOp::create(builder, loc, arith::DivUIOp::create(builder, loc, padded, align), align);
      ends[i] = arith::AddIOp::create(builder, loc, offset, bytes);
      total = arith::MaxSIOp::create(builder, loc, total, ends[i]);
    }
    store(total, Memory, 0);
    Value scratch = sizes.size(0);
    for (const ir::DimExpr &bytes : scratchBytes)
      scratch = arith::MaxSIOp::create(builder, loc, scratch, sizes.size(bytes));
    store(scratch, Memory, 1);
    for (auto [i, size] : llvm::enumerate(context.shapes.sizes()))
      store(sizes.size(size), Words, context.shapeWord(i));
  }

  /// Sizes that no memory holds, as only empty tensors have them: products of them are worth nothing.
  void checkOverflow() {
    if (!sizes.overflown())
      return;
    Value zero = sizes.size(0);
    checks.push_back({sizes.overflown(), zero, zero});
    context.facts.checks.push_back({"the sizes of the inputs are too large for 64 bits", ""});
  }

  void finishChecks() {
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0), code = zero, a = zero, b = zero;
    for (size_t i = checks.size(); i-- > 0;) {
      Value number = arith::ConstantIndexOp::create(builder, loc, context.firstCheck + i + 1);
      code = arith::SelectOp::create(builder, loc, checks[i].failed, number, code);
      a = arith::SelectOp::create(builder, loc, checks[i].failed, checks[i].a, a);
      b = arith::SelectOp::create(builder, loc, checks[i].failed, checks[i].b, b);
    }
    store(a, Values, 0);
    store(b, Values, 1);
    Value result = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), code);
    func::ReturnOp::create(builder, loc, result);
  }

  HostContext &context;
  ArrayRef<ir::DimExpr> scratchBytes;
  Location loc;
  OpBuilder builder;
  SizeBuilder sizes;
  Type index, word, pointer;
  func::FuncOp function;
  Value capacity;
  ir::SymbolBindings bindings;
  std::vector<std::pair<std::string, Value>> values;
  std::vector<Check> checks;
};

} // namespace

LogicalResult buildBind(HostContext &context, ArrayRef<ir::DimExpr> scratchBytes) {
  return BindBuilder(context, scratchBytes).build();
}

} // namespace llmc::codegen
