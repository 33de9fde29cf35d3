#include "compiler/ir/WindowProducts.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;

namespace llmc::ir {

bool isProductOfWindows(ConvOp op) {
  auto filter = cast<RankedTensorType>(op.getFilter().getType());
  return op.getGroups() == 1 && filter.hasStaticShape() && filter.getNumElements() > 0;
}

/// Rows of results as the result of a convolution of that rank.
static Value channelsFirst(OpBuilder &builder, Location loc, Value rows, int64_t rank) {
  SmallVector<int64_t> perm = {0, rank - 1};
  for (int64_t axis = 1; axis < rank - 1; ++axis)
    perm.push_back(axis);
  return transposeBy(builder, loc, rows, perm);
}

static Value multiply(OpBuilder &builder, Location loc, Value windows, Value columns, bool isWide) {
  return MatmulOp::create(builder, loc, windows, columns, /*unsigned_lhs=*/false, /*unsigned_rhs=*/false, isWide);
}

Value productOfWindows(OpBuilder &builder, ConvOp op, Value input, Value filter, bool isWide) {
  Location loc = op.getLoc();
  auto filterType = cast<RankedTensorType>(filter.getType());
  int64_t filters = filterType.getDimSize(0), depth = filterType.getNumElements() / filters;
  Value windows =
      UnfoldOp::create(builder, loc, input, builder.getDenseI64ArrayAttr(filterType.getShape().drop_front(2)),
                       op.getStridesAttr(), op.getDilationsAttr(), op.getPadLowAttr(), op.getPadHighAttr());
  Value columns = transposeBy(builder, loc, reshapeTo(builder, loc, filter, {filters, depth}), {1, 0});
  return channelsFirst(builder, loc, multiply(builder, loc, windows, columns, isWide), filterType.getRank());
}

//===--- channels side by side -----------------------------------------------------------------------------------===//

/// A list for all axes of a tensor whose spatial ones come after the first, and channels last.
static SmallVector<int64_t> alongSpace(ArrayRef<int64_t> spatial, int64_t other) {
  SmallVector<int64_t> all = {other};
  llvm::append_range(all, spatial);
  all.push_back(other);
  return all;
}

static Value padded(OpBuilder &builder, ConvOp op, Value rows) {
  SmallVector<int64_t> low = alongSpace(op.getPadLow(), 0), high = alongSpace(op.getPadHigh(), 0);
  if (llvm::all_of(llvm::concat<int64_t>(low, high), [](int64_t width) { return width == 0; }))
    return rows;
  auto type = cast<RankedTensorType>(rows.getType());
  auto scalar = RankedTensorType::get({}, type.getElementType());
  Value zero = ConstantOp::create(builder, op.getLoc(), cast<ElementsAttr>(builder.getZeroAttr(scalar)));
  return padBy(builder, op.getLoc(), rows, zero, low, high);
}

/// What each tap of the filter shows all results, side by side.
static Value windowsOfRows(OpBuilder &builder, ConvOp op, Value rows, const DimVector &sizes) {
  ArrayRef<int64_t> window = cast<RankedTensorType>(op.getFilter().getType()).getShape().drop_front(2);
  SmallVector<int64_t> steps = alongSpace(op.getStrides(), 1), tap(window.size(), 0);
  SmallVector<Value> taps;
  for (int64_t count = ShapedType::getNumElements(window); count > 0; --count) {
    auto places = llvm::map_to_vector(llvm::zip(tap, op.getDilations()),
                                      [](auto axis) { return std::get<0>(axis) * std::get<1>(axis); });
    taps.push_back(sliceBy(builder, op.getLoc(), rows, alongSpace(places, 0), sizes, steps));
    for (size_t axis = window.size(); axis-- > 0;) {
      tap[axis] = (tap[axis] + 1) % window[axis];
      if (tap[axis] != 0)
        break;
    }
  }
  return ConcatOp::create(builder, op.getLoc(), taps, static_cast<int64_t>(window.size()) + 1);
}

bool hasWideRows(ConvOp op) {
  constexpr int64_t leastChannels = 8, mostTaps = 32;
  ArrayRef<int64_t> filter = cast<RankedTensorType>(op.getFilter().getType()).getShape();
  return filter[1] >= leastChannels && ShapedType::getNumElements(filter.drop_front(2)) <= mostTaps;
}

Value productOfRows(OpBuilder &builder, ConvOp op, Value input, Value filter, bool isWide, DimAnalysis &dims) {
  Location loc = op.getLoc();
  auto filterType = cast<RankedTensorType>(filter.getType());
  int64_t rank = filterType.getRank(), filters = filterType.getDimSize(0), channels = filterType.getDimSize(1);
  SmallVector<int64_t> lastChannels = {0}, byTaps;
  for (int64_t axis = 2; axis < rank; ++axis) {
    lastChannels.push_back(axis);
    byTaps.push_back(axis);
  }
  lastChannels.push_back(1);
  byTaps.append({1, 0});
  DimVector result = dims.dims(op.getResult()), sizes = {result[0]};
  sizes.append(result.begin() + 2, result.end());
  sizes.push_back(channels);
  Value rows = padded(builder, op, transposeBy(builder, loc, input, lastChannels));
  Value windows = windowsOfRows(builder, op, rows, sizes);
  Value columns = reshapeTo(builder, loc, transposeBy(builder, loc, filter, byTaps),
                            {filterType.getNumElements() / filters, filters});
  return channelsFirst(builder, loc, multiply(builder, loc, windows, columns, isWide), rank);
}

} // namespace llmc::ir
