// Scratch memory in vectors.
#include "compiler/codegen/cpu/vectors/VectorPanel.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {

VectorPanel::VectorPanel(KernelFrame &frame, Type element, const ir::DimExpr &rows, const ir::DimExpr &columns)
    : frame(frame), element(element), columns(frame.size(columns)),
      memory(frame.scratch(rows * columns * ir::elementBytes(element))) {}

Index VectorPanel::linear(OpBuilder &builder, Value row, Value column) {
  Value start = builder.createOrFold<arith::MulIOp>(frame.loc(), row, columns);
  return {builder.createOrFold<arith::AddIOp>(frame.loc(), start, column), 1};
}

Value VectorPanel::load(OpBuilder &builder, Value row, Value column) {
  ElementEmitter emitter(frame, builder, frame.target().lanes());
  return emitter.loadAt(memory, element, linear(builder, row, column));
}

Value VectorPanel::loadElement(OpBuilder &builder, Value row, Value column) {
  return ElementEmitter(frame, builder).loadAt(memory, element, {linear(builder, row, column).base});
}

void VectorPanel::store(OpBuilder &builder, Value row, Value column, Value vector) {
  ElementEmitter emitter(frame, builder, frame.target().lanes());
  emitter.storeAt(memory, element, linear(builder, row, column), vector);
}

Value VectorPanel::addressOf(OpBuilder &builder, Value row, Value column) {
  return elementAddress(builder, frame.loc(), memory, element, linear(builder, row, column).base);
}

Value VectorPanel::rowBytes(OpBuilder &builder) {
  return arith::MulIOp::create(builder, frame.loc(), columns, frame.constant(ir::elementBytes(element)));
}

/// Two vectors whose blocks of `width` lanes are every second one of both.
static Value exchange(OpBuilder &builder, Location loc, Value a, Value b, int64_t width, bool high) {
  int64_t lanes = cast<VectorType>(a.getType()).getNumElements();
  SmallVector<int64_t> picks;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    bool second = lane & width;
    picks.push_back((second ? lanes + lane - width : lane) + (high ? width : 0));
  }
  return vector::ShuffleOp::create(builder, loc, a, b, picks);
}

SmallVector<Value> transposeVectors(OpBuilder &builder, Location loc, SmallVector<Value> rows) {
  for (size_t width = 1; width < rows.size(); width *= 2)
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i & width)
        continue;
      Value low = exchange(builder, loc, rows[i], rows[i + width], width, /*high=*/false);
      rows[i + width] = exchange(builder, loc, rows[i], rows[i + width], width, /*high=*/true);
      rows[i] = low;
    }
  return rows;
}

} // namespace llmc::codegen::cpu
