// Stores to the failure words. Threads may race there: the first to put its check's number into the first word stores
// the other two, so all three speak of one failure. They are read after the run, when all threads are done.
#include "compiler/codegen/kernel/Failure.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen {

static Value reduce(OpBuilder &builder, Location loc, vector::CombiningKind kind, Value value) {
  return isa<VectorType>(value.getType()) ? vector::ReductionOp::create(builder, loc, kind, value).getResult() : value;
}

void reportFailure(OpBuilder &builder, KernelFrame &frame, Value valid, Value value, Value bound, Value mask,
                   Operation *op) {
  Location loc = frame.loc();
  auto constantLike = [&](Value like, TypedAttr scalar) -> Value {
    auto vector = dyn_cast<VectorType>(like.getType());
    TypedAttr attr = vector ? cast<TypedAttr>(Attribute(DenseElementsAttr::get(vector, Attribute(scalar)))) : scalar;
    return arith::ConstantOp::create(builder, loc, attr);
  };
  Value truth = constantLike(valid, builder.getIntegerAttr(builder.getI1Type(), 1));
  Value invalid = arith::XOrIOp::create(builder, loc, valid, truth);
  if (mask && isa<VectorType>(invalid.getType()))
    invalid = arith::AndIOp::create(builder, loc, invalid, mask);
  Value any = reduce(builder, loc, vector::CombiningKind::OR, invalid);
  auto branch = scf::IfOp::create(builder, loc, any, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  // The largest offending value stands for all lanes.
  Value least = constantLike(value, builder.getIndexAttr(std::numeric_limits<int64_t>::min()));
  Value offending = arith::SelectOp::create(builder, loc, invalid, value, least);
  offending = reduce(builder, loc, vector::CombiningKind::MAXSI, offending);
  bound = reduce(builder, loc, vector::CombiningKind::MAXSI, bound);
  Value number = frame.failureCode(op);
  Type pointer = frame.failure().getType(), word = builder.getI64Type();
  Value none = arith::ConstantIntOp::create(builder, loc, 0, 64);
  number = arith::IndexCastOp::create(builder, loc, word, number);
  Value exchange = LLVM::AtomicCmpXchgOp::create(builder, loc, frame.failure(), none, number,
                                                 LLVM::AtomicOrdering::monotonic, LLVM::AtomicOrdering::monotonic);
  Value first = LLVM::ExtractValueOp::create(builder, loc, exchange, 1);
  auto winner = scf::IfOp::create(builder, loc, first, /*withElseRegion=*/false);
  builder.setInsertionPointToStart(winner.thenBlock());
  int32_t place = 0;
  for (Value content : {offending, bound}) {
    LLVM::GEPArg offset = ++place;
    Value address = LLVM::GEPOp::create(builder, loc, pointer, word, frame.failure(), offset);
    LLVM::StoreOp::create(builder, loc, arith::IndexCastOp::create(builder, loc, word, content), address);
  }
}

} // namespace llmc::codegen
