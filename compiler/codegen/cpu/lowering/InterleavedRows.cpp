// Squares of vectors are transposed in registers.
#include "compiler/codegen/cpu/lowering/InterleavedRows.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {

static Type wordType(Value tensor, int64_t group) {
  return group == 1 ? computeType(getElementTypeOrSelf(tensor)) : IntegerType::get(tensor.getContext(), 32);
}

InterleavedRows::InterleavedRows(KernelFrame &frame, Value tensor, int64_t rows, int64_t group)
    : frame(frame), loc(frame.loc()), tensor(tensor), element(getElementTypeOrSelf(tensor)), dims(frame.dims(tensor)),
      group(group), lanes(frame.target().lanes()), rows(static_cast<int64_t>(llvm::alignTo(rows, lanes))),
      panel(frame, wordType(tensor, group), ir::DimExpr::ceilDiv(dims.back(), group * lanes) * lanes, this->rows) {}

bool InterleavedRows::areWhole() const { return fillsVectors(dims.back(), group); }

bool InterleavedRows::areFar() const {
  constexpr int64_t bytesOfWord = 4;
  int64_t bytes = dims.back().constant().value_or(0) / group * rows * bytesOfWord;
  return bytes > frame.target().l1Bytes / 2; // the other half takes values
}

void InterleavedRows::fill(OpBuilder &builder, Value first, Value bound) {
  ArrayRef<ir::DimExpr> outer = ArrayRef<ir::DimExpr>(dims).drop_back();
  Value last = arith::SubIOp::create(builder, loc, bound, frame.constant(1));
  for (int64_t column = 0; column < rows; column += lanes) {
    SmallVector<Position> places;
    for (int64_t i = 0; i < lanes; ++i) { // where there are not as many, the last one lies there again
      Value row = offset(frame, builder, first, column + i);
      places.push_back(delinearize(frame, builder, arith::MinSIOp::create(builder, loc, row, last), outer));
    }
    vectorLoop(
        frame, builder, dims.back(), lanes * group, {}, [&](OpBuilder &inner, Value start, Value mask, ValueRange) {
          SmallVector<Value> vectors;
          for (Position at : places) {
            at.push_back({start, 1});
            vectors.push_back(loadWords(inner, at, mask));
          }
          Value word = inner.createOrFold<arith::DivUIOp>(loc, start, frame.constant(group));
          for (auto [i, vector] : llvm::enumerate(transposeVectors(inner, loc, vectors)))
            panel.store(inner, offset(frame, inner, word, static_cast<int64_t>(i)), frame.constant(column), vector);
          return SmallVector<Value>();
        });
  }
}

/// What the mask leaves out is zero.
Value InterleavedRows::loadWords(OpBuilder &builder, Position at, Value mask) {
  ElementEmitter emitter(frame, builder, lanes * group, mask);
  auto words = VectorType::get({lanes}, builder.getI32Type());
  if (element.isBF16() && !mask)
    return emitter.loadBits(tensor, at, words);
  Value elements = emitter.broadcastToLanes(emitter.emit(tensor, at));
  if (group == 1)
    return elements;
  if (element.isBF16())
    elements = convertToStorage(builder, loc, elements, element);
  return vector::BitCastOp::create(builder, loc, words, elements);
}

Value InterleavedRows::load(OpBuilder &builder, int64_t row, Value step) {
  return fromWord(builder, panel.loadElement(builder, step, frame.constant(row)));
}

void InterleavedRows::fetch(OpBuilder &builder, Value step) {
  constexpr unsigned read = 0, near = 3, data = 1;
  LLVM::Prefetch::create(builder, loc, panel.addressOf(builder, step, frame.constant(0)), read, near, data);
}

Value InterleavedRows::loadFrom(OpBuilder &builder, Position row, Value step) {
  row.push_back({builder.createOrFold<arith::MulIOp>(loc, step, frame.constant(group))});
  ElementEmitter emitter(frame, builder);
  return group == 1 ? emitter.emit(tensor, row)
                    : fromWord(builder, emitter.loadBits(tensor, row, builder.getI32Type()));
}

Value InterleavedRows::fromWord(OpBuilder &builder, Value word) const {
  if (!element.isInteger(8))
    return word;
  Value vector = vector::BroadcastOp::create(builder, loc, VectorType::get({1}, word.getType()), word);
  return vector::BitCastOp::create(builder, loc, VectorType::get({group}, element), vector);
}

} // namespace llmc::codegen::cpu
