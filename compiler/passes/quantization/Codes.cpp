#include "compiler/passes/quantization/Codes.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include <array>

using namespace mlir;

namespace llmc::passes {

Value addToBytes(OpBuilder &builder, Location loc, Value bytes, int64_t distance) {
  if (distance == 0)
    return bytes;
  return ir::MapOp::create(builder, loc, bytes, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    Value shift = arith::ConstantIntOp::create(inner, loc, inner.getI8Type(), static_cast<int8_t>(distance));
    return arith::AddIOp::create(inner, loc, x[0], shift);
  });
}

Value padEnd(OpBuilder &builder, Location loc, Value matrix, int64_t axis, int64_t missing) {
  if (missing == 0)
    return matrix;
  Type element = getElementTypeOrSelf(matrix);
  auto zero = DenseElementsAttr::get(RankedTensorType::get({}, element), builder.getZeroAttr(element));
  Value border = ir::ConstantOp::create(builder, loc, zero);
  std::array<int64_t, 2> low = {}, high = {};
  high[static_cast<size_t>(axis)] = missing;
  return ir::PadOp::create(builder, loc, matrix, border, ValueRange(), ValueRange(), low, high);
}

Value padRows(OpBuilder &builder, Location loc, Value matrix, int64_t multiple) {
  int64_t rows = cast<RankedTensorType>(matrix.getType()).getDimSize(0);
  return padEnd(builder, loc, matrix, 0, llvm::alignTo(rows, multiple) - rows);
}

Value packCodes(OpBuilder &builder, Location loc, Value codes, int64_t bits, int64_t apart) {
  int64_t perByte = 8 / bits;
  if (perByte == 1)
    return codes;
  codes = padRows(builder, loc, codes, perByte * apart);
  auto type = cast<RankedTensorType>(codes.getType());
  int64_t bytes = type.getDimSize(0) / perByte, columns = type.getDimSize(1);
  SmallVector<ir::DimExpr> runs = {bytes / apart, perByte, apart * columns};
  codes = ir::reshapeTo(builder, loc, codes, runs);
  SmallVector<Value> parts;
  for (int64_t i = 0; i < perByte; ++i)
    parts.push_back(ir::sliceAxis(builder, loc, codes, runs, 1, i, 1));
  Value packed = ir::MapOp::create(builder, loc, parts, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    Value byte = x[0];
    for (int64_t i = 1; i < perByte; ++i) {
      Value distance = arith::ConstantIntOp::create(inner, loc, inner.getI8Type(), i * bits);
      byte = arith::OrIOp::create(inner, loc, byte, arith::ShLIOp::create(inner, loc, x[i], distance));
    }
    return byte;
  });
  return ir::reshapeTo(builder, loc, packed, {bytes, columns});
}

Value unpackCodes(OpBuilder &builder, Location loc, Value packed, int64_t rows, int64_t bits, int64_t apart) {
  auto type = cast<RankedTensorType>(packed.getType());
  int64_t perByte = 8 / bits, bytes = type.getDimSize(0), columns = type.getDimSize(1);
  Value runs = ir::reshapeTo(builder, loc, packed, {bytes / apart, 1, apart * columns});
  SmallVector<Value> parts;
  for (int64_t i = 0; i < perByte; ++i)
    parts.push_back(ir::MapOp::create(builder, loc, runs, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
      auto constant = [&](int64_t value) -> Value {
        return arith::ConstantIntOp::create(inner, loc, inner.getI8Type(), value);
      };
      Value code = arith::ShRUIOp::create(inner, loc, x[0], constant(i * bits));
      return arith::AndIOp::create(inner, loc, code, constant((1 << bits) - 1));
    }));
  Value codes = perByte == 1 ? parts.front() : Value(ir::ConcatOp::create(builder, loc, parts, /*axis=*/1));
  codes = ir::reshapeTo(builder, loc, codes, {bytes * perByte, columns});
  return ir::sliceAxis(builder, loc, codes, {bytes * perByte, columns}, 0, 0, rows);
}

} // namespace llmc::passes
