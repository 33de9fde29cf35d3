// run(): one call of the runtime's parallel loop a kernel.
#include "compiler/codegen/artefact/ImageBuilder.h"
#include "compiler/codegen/host/HostProgram.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace llmc::codegen {
namespace {

/// Fields of llmc_frame, all of them pointers.
enum FrameField { Inputs, Outputs, Arena, Weights, Words, Failure, Parallel };

class RunBuilder {
public:
  explicit RunBuilder(HostContext &context)
      : context(context), loc(context.model.getLoc()), builder(context.code.getContext()),
        sizes(context.code.getContext(), loc), word(builder.getI64Type()),
        pointer(LLVM::LLVMPointerType::get(context.code.getContext())) {}

  void build(ArrayRef<LoweredKernel> kernels) {
    builder.setInsertionPointToEnd(context.code.getBody());
    function = func::FuncOp::create(builder, loc, nameForVariant(kRunName, context.number),
                                    builder.getFunctionType({pointer}, {builder.getI32Type()}));
    Block *entry = function.addEntryBlock();
    cancelled = function.addBlock();
    builder.setInsertionPointToEnd(cancelled);
    func::ReturnOp::create(builder, loc, constant32(LLMC_RUN_CANCELLED));
    builder.setInsertionPointToEnd(entry);
    for (int field = Inputs; field <= Parallel; ++field)
      frame.push_back(load(pointer, address(function.getArgument(0), field)));
    for (auto [i, symbol] : llvm::enumerate(context.symbols)) {
      Value value = load(word, address(frame[Words], i));
      sizes.define(symbol, arith::IndexCastOp::create(builder, loc, builder.getIndexType(), value));
    }
    size_t words = 1;
    for (LoweredKernel kernel : kernels)
      words = std::max<size_t>(words, kernel.kernel.getNumOperands() + kernel.kernel.getNumResults() + 2 +
                                          kernel.signature.symbols.size());
    Value count = arith::ConstantIntOp::create(builder, loc, static_cast<int64_t>(words), 64);
    arguments = LLVM::AllocaOp::create(builder, loc, pointer, word, count, 8);
    sizes.setInsertionPoint(arith::ConstantIndexOp::create(builder, loc, 0));
    for (auto [i, kernel] : llvm::enumerate(kernels))
      call(kernel, context.firstKernel + i);
    func::ReturnOp::create(builder, loc, constant32(LLMC_RUN_OK));
  }

private:
  Value constant32(int64_t value) { return arith::ConstantIntOp::create(builder, loc, value, 32); }

  Value address(Value base, int64_t position) {
    return LLVM::GEPOp::create(builder, loc, pointer, word, base,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(position)});
  }

  Value load(Type type, Value place) { return LLVM::LoadOp::create(builder, loc, type, place); }

  Value advance(Value base, Value bytes) {
    return LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), base, ArrayRef<LLVM::GEPArg>{bytes});
  }

  Value addressOf(ir::PlaceAttr place) {
    if (place.getKind() == ir::PlaceKind::Output)
      return load(pointer, address(frame[Outputs], place.getNumber()));
    return advance(frame[Arena], load(word, address(frame[Words], context.slotWord(place.getNumber()))));
  }

  Value placeOf(Value tensor) {
    if (auto offset = context.weights.offsetOf(tensor))
      return advance(frame[Weights], arith::ConstantIntOp::create(builder, loc, static_cast<int64_t>(*offset), 64));
    while (auto reshape = tensor.getDefiningOp<ir::ReshapeOp>())
      tensor = reshape.getInput();
    if (auto argument = dyn_cast<BlockArgument>(tensor))
      return load(pointer, address(frame[Inputs], argument.getArgNumber()));
    auto result = cast<OpResult>(tensor);
    return addressOf(cast<ir::KernelOp>(result.getOwner()).getPlace(result.getResultNumber()));
  }

  void call(LoweredKernel lowered, size_t number) {
    loc = lowered.kernel.getLoc();
    int64_t position = 0;
    auto pass = [&](Value value) { LLVM::StoreOp::create(builder, loc, value, address(arguments, position++)); };
    for (Value input : lowered.kernel.getInputs())
      pass(placeOf(input));
    for (Value result : lowered.kernel.getResults())
      pass(placeOf(result));
    pass(frame[Failure]);
    pass(arith::ConstantIntOp::create(builder, loc, lowered.firstCheck, 64));
    for (const std::string &symbol : lowered.signature.symbols)
      pass(arith::IndexCastOp::create(builder, loc, word, sizes.size(ir::DimExpr::symbol(symbol))));
    Value tasks = arith::IndexCastOp::create(builder, loc, word, sizes.size(lowered.signature.tasks));
    Value task = func::ConstantOp::create(builder, loc, builder.getFunctionType({pointer, word, word, pointer}, {}),
                                          FlatSymbolRefAttr::get(builder.getContext(), lowered.signature.name));
    task = UnrealizedConversionCastOp::create(builder, loc, pointer, task).getResult(0);
    auto type =
        LLVM::LLVMFunctionType::get(builder.getI32Type(), {pointer, builder.getI32Type(), pointer, pointer, word});
    auto result = LLVM::CallOp::create(builder, loc, type,
                                       ValueRange{frame[Parallel], function.getArgument(0),
                                                  constant32(static_cast<int64_t>(number)), task, arguments, tasks});
    Value stop = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, result.getResult(), constant32(0));
    Block *next = function.addBlock();
    cf::CondBranchOp::create(builder, loc, stop, cancelled, next);
    builder.setInsertionPointToEnd(next);
  }

  HostContext &context;
  Location loc; // of the model, then of each kernel that is called
  OpBuilder builder;
  SizeBuilder sizes;
  Type word, pointer;
  func::FuncOp function;
  Block *cancelled = nullptr;
  SmallVector<Value> frame;
  Value arguments;
};

} // namespace

void buildRun(HostContext &context, ArrayRef<LoweredKernel> kernels) { RunBuilder(context).build(kernels); }

} // namespace llmc::codegen
