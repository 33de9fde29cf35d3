// Of the rows that a target can take, the one that takes the fewest cycles at the sizes that are known, and at typical
// ones where they are not.
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

int64_t typicalSize(const ir::DimExpr &size) {
  constexpr int64_t typical = 128;
  return size.constant().value_or(std::clamp(typical, std::max<int64_t>(size.least(), 1), size.most()));
}

int64_t bitsOf(Value tensor) { return getElementTypeOrSelf(tensor).getIntOrFloatBitWidth(); }

int64_t sumBitsOf(Value result) { return computeType(getElementTypeOrSelf(result)).getIntOrFloatBitWidth(); }

/// Of an element of the right side where it lies in memory.
int64_t storedBitsOf(Value panels) {
  auto codes = panels.getDefiningOp<ir::DecodeOp>();
  return codes ? static_cast<int64_t>(codes.getBits()) : bitsOf(panels);
}

ContractionShape shapeOf(ir::PackedMatmulOp op, ir::DimAnalysis &dims) {
  ir::DimVector lhs = dims.dims(op.getLhs());
  return {typicalSize(ir::product(ArrayRef<ir::DimExpr>(lhs).drop_back())), static_cast<int64_t>(op.getColumns()),
          typicalSize(lhs.back()), sumBitsOf(op.getResult()), storedBitsOf(op.getPanels())};
}

ContractionShape shapeOf(ir::CodedMatmulOp op, ir::DimAnalysis &dims) {
  ir::DimVector lhs = dims.dims(op.getLhs());
  return {typicalSize(lhs[1]), static_cast<int64_t>(op.getColumns()), typicalSize(lhs[0] * lhs[2]),
          sumBitsOf(op.getResult()), static_cast<int64_t>(op.getBits())};
}

/// Its depth is that of what is multiplied.
ContractionShape shapeOf(ir::BlockMatmulOp op, ir::DimAnalysis &dims) {
  auto values = cast<RankedTensorType>(op.getValues().getType());
  return {typicalSize(ir::product(ArrayRef<ir::DimExpr>(dims.dims(op.getLhs())).drop_back())),
          static_cast<int64_t>(op.getColumns()), values.getDimSize(1) * values.getDimSize(3), sumBitsOf(op.getResult()),
          bitsOf(op.getValues())};
}

ContractionShape shapeOf(ir::MatmulOp op, ir::DimAnalysis &dims) {
  ir::DimVector sizes = dims.dims(op.getResult());
  return {typicalSize(sizes.end()[-2]), typicalSize(sizes.back()), typicalSize(dims.dims(op.getLhs()).back()),
          sumBitsOf(op.getResult()), bitsOf(op.getRhs())};
}

/// Lanes are queries, and scores a block of keys at a time: the tile's rows are keys.
ContractionShape shapeOf(ir::AttentionOp op, ir::DimAnalysis &dims) {
  ir::DimVector query = dims.dims(op.getQuery()), key = dims.dims(op.getKey());
  return {typicalSize(key.end()[-2]), typicalSize(query.end()[-2]), typicalSize(query.back()), sumBitsOf(op.getQuery()),
          sumBitsOf(op.getQuery())};
}

/// Tiles read all of their left side for each group of columns, from the second cache.
template <typename Op>
int64_t chunkOfPanels(Op op, ir::DimAnalysis &dims, const ContractionRow &row, const TargetSpec &spec) {
  if (row.dot != DotKind::Tiles)
    return row.chunk;
  int64_t bytesOfRow = std::max<int64_t>(shapeOf(op, dims).depth * bitsOf(op.getLhs()) / 8, 1);
  int64_t most = spec.l2Bytes * 3 / 4 / bytesOfRow;
  return std::clamp(most - most % row.rows, row.rows, row.chunk);
}

/// Rows of a task.
int64_t chunkOf(ir::PackedMatmulOp op, ir::DimAnalysis &dims, const ContractionRow &row, const TargetSpec &spec) {
  return chunkOfPanels(op, dims, row, spec);
}
int64_t chunkOf(ir::CodedMatmulOp op, ir::DimAnalysis &dims, const ContractionRow &row, const TargetSpec &spec) {
  return chunkOfPanels(op, dims, row, spec);
}
/// Each matrix of a batch has tasks of its own, so there are many of them anyhow.
int64_t chunkOf(ir::MatmulOp, ir::DimAnalysis &, const ContractionRow &row, const TargetSpec &) {
  return std::min<int64_t>(row.chunk, 64);
}
int64_t chunkOf(ir::BlockMatmulOp, ir::DimAnalysis &, const ContractionRow &row, const TargetSpec &) {
  return row.chunk;
}
/// Queries are in lanes.
int64_t chunkOf(ir::AttentionOp, ir::DimAnalysis &, const ContractionRow &row, const TargetSpec &spec) {
  return row.vectors * spec.lanes();
}

/// Where one tile takes all rows, none of them comes back. Codes and floats of fewer bits are made those of the sums
/// before many rows multiply them.
int64_t depthOf(ir::PackedMatmulOp op, ir::DimAnalysis &dims, const ContractionRow &row, const TargetSpec &spec) {
  ContractionShape shape = shapeOf(op, dims);
  bool hasOneTile = ir::product(ArrayRef<ir::DimExpr>(dims.dims(op.getLhs())).drop_back()).most() <= row.rows;
  if (hasOneTile)
    return 0;
  if (dotOf(op, spec) == DotKind::Single)
    shape.rightBits = shape.sumBits;
  return depthBlock(row, shape, spec);
}
/// Right sides that are computed are read where they lie.
int64_t depthOf(ir::CodedMatmulOp, ir::DimAnalysis &, const ContractionRow &, const TargetSpec &) { return 0; }
int64_t depthOf(ir::MatmulOp, ir::DimAnalysis &, const ContractionRow &, const TargetSpec &) { return 0; }
int64_t depthOf(ir::BlockMatmulOp, ir::DimAnalysis &, const ContractionRow &, const TargetSpec &) { return 0; }
int64_t depthOf(ir::AttentionOp, ir::DimAnalysis &, const ContractionRow &, const TargetSpec &) { return 0; }

/// Whether tasks are as long as the schedule says.
template <typename Op>
constexpr bool hasChunks = !std::is_same_v<Op, ir::AttentionOp> && !std::is_same_v<Op, ir::BlockMatmulOp>;

/// The one that is the fastest by the model comes first.
template <typename Op> std::vector<ContractionRow> rowsFor(Op op, ir::DimAnalysis &dims, const TargetSpec &spec) {
  ContractionShape shape = shapeOf(op, dims);
  std::vector<ContractionRow> rows = contractionRows(spec, shape.sumBits, dotOf(op, spec));
  auto best = llvm::min_element(
      rows, [&](auto &a, auto &b) { return estimateCycles(a, shape, spec) < estimateCycles(b, shape, spec); });
  std::rotate(rows.begin(), best, std::next(best));
  return rows;
}

template <typename Op>
ir::ScheduleAttr scheduleOf(Op op, ir::DimAnalysis &dims, const ContractionRow &row, int64_t chunk,
                            const TargetSpec &spec, const std::string &why) {
  return ir::ScheduleAttr::get(op.getContext(), spec.level, row.name, row.rows, row.vectors, chunk,
                               depthOf(op, dims, row, spec), why);
}

template <typename Op> ir::ScheduleAttr choose(Op op, ir::DimAnalysis &dims, const TargetSpec &spec) {
  ContractionShape shape = shapeOf(op, dims);
  std::vector<ContractionRow> rows = rowsFor(op, dims, spec);
  std::string why = rows.size() == 1 ? llvm::formatv("the only row for sums of {0} bits", shape.sumBits).str()
                                     : llvm::formatv("the fastest of {0} rows for {1} x {2} x {3}, by the model",
                                                     rows.size(), shape.rows, shape.columns, shape.depth)
                                           .str();
  return scheduleOf(op, dims, rows.front(), chunkOf(op, dims, rows.front(), spec), spec, why);
}

/// The other rows, and shorter tasks, of which there are more for the threads, and whose left side fits a smaller
/// cache.
template <typename Op> std::vector<ir::ScheduleAttr> others(Op op, ir::DimAnalysis &dims, const TargetSpec &spec) {
  std::vector<ir::ScheduleAttr> result;
  std::vector<ContractionRow> rows = rowsFor(op, dims, spec);
  for (const ContractionRow &row : llvm::drop_begin(rows))
    result.push_back(scheduleOf(op, dims, row, chunkOf(op, dims, row, spec), spec, "another row"));
  for (int64_t parts : {2, 4})
    if (int64_t chunk = chunkOf(op, dims, rows.front(), spec) / parts; hasChunks<Op> && chunk >= rows.front().rows)
      result.push_back(scheduleOf(op, dims, rows.front(), chunk, spec, "shorter tasks"));
  return result;
}

} // namespace

DotKind dotOf(Operation *contraction, const TargetSpec &spec) {
  if (auto attention = dyn_cast<ir::AttentionOp>(contraction))
    return attention.getNarrow() && halfDotOf(spec) == DotKind::Tiles ? DotKind::Tiles : DotKind::Single;
  if (isa<ir::CodedMatmulOp>(contraction))
    return codeDotOf(spec);
  if (auto blocks = dyn_cast<ir::BlockMatmulOp>(contraction))
    return blockDotOf(spec, cast<RankedTensorType>(blocks.getValues().getType()).getShape().back());
  auto product = dyn_cast<ir::PackedMatmulOp>(contraction);
  if (!product)
    return DotKind::Single;
  auto panels = cast<RankedTensorType>(product.getPanels().getType());
  if (panels.getShape().back() == 1)
    return DotKind::Single;
  return panels.getElementType().isBF16() ? halfDotOf(spec) : byteDotOf(spec);
}

Tile tileOf(ir::KernelOp kernel, Type sum, const TargetSpec &spec) {
  ir::ScheduleAttr schedule = kernel.getSchedule(spec.level);
  for (const std::string &base : spec.bases)
    if (!schedule)
      schedule = kernel.getSchedule(base);
  if (schedule)
    return {schedule.getRows(), schedule.getVectors(), schedule.getChunk(), schedule.getDepth()};
  ContractionRow row = contractionRows(spec, sum.getIntOrFloatBitWidth(), dotOf(kernel.getAnchor(), spec)).front();
  return {row.rows, row.vectors, row.chunk, /*depth=*/0};
}

ir::ScheduleAttr chooseSchedule(ir::KernelOp kernel, ir::DimAnalysis &dims, const TargetSpec &spec) {
  return llvm::TypeSwitch<Operation *, ir::ScheduleAttr>(kernel.getAnchor())
      .Case<ir::PackedMatmulOp, ir::CodedMatmulOp, ir::BlockMatmulOp, ir::MatmulOp, ir::AttentionOp>(
          [&](auto op) { return choose(op, dims, spec); })
      .Default([](Operation *) { return ir::ScheduleAttr(); });
}

std::vector<ir::ScheduleAttr> schedulesToTry(ir::KernelOp kernel, ir::DimAnalysis &dims, const TargetSpec &spec) {
  return llvm::TypeSwitch<Operation *, std::vector<ir::ScheduleAttr>>(kernel.getAnchor())
      .Case<ir::PackedMatmulOp, ir::CodedMatmulOp, ir::BlockMatmulOp, ir::MatmulOp, ir::AttentionOp>([&](auto op) {
        std::vector<ir::ScheduleAttr> all = others(op, dims, spec);
        all.insert(all.begin(), choose(op, dims, spec));
        return all;
      })
      .Default([](Operation *) { return std::vector<ir::ScheduleAttr>(); });
}

} // namespace llmc::codegen::cpu
