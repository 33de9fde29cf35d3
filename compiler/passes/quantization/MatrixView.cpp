#include "compiler/passes/quantization/MatrixView.h"
#include "compiler/ir/Reshaping.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;

namespace llmc::passes {

static ArrayRef<int64_t> shapeOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getShape(); }

MatrixView::MatrixView(Value matrix) : tensor(matrix), rows(shapeOf(matrix)[0]), columns(shapeOf(matrix)[1]) {
  axes = {Axis{{false, rows, 1}}, Axis{{true, columns, 1}}};
}

bool MatrixView::descend() {
  Operation *op = tensor.getDefiningOp();
  if (!op || op->getNumOperands() == 0 || !cast<RankedTensorType>(op->getOperand(0).getType()).hasStaticShape())
    return false;
  if (auto transpose = dyn_cast<ir::TransposeOp>(op))
    return throughTranspose(transpose);
  if (auto reshape = dyn_cast<ir::ReshapeOp>(op))
    return throughReshape(reshape);
  if (auto slice = dyn_cast<ir::SliceOp>(op))
    return throughSlice(slice);
  if (auto expand = dyn_cast<ir::ExpandOp>(op))
    return throughExpand(expand);
  return false;
}

MatrixView MatrixView::operand(Value broadcast) const {
  MatrixView view;
  view.tensor = broadcast;
  view.rows = rows;
  view.columns = columns;
  ArrayRef<int64_t> sizes = shapeOf(broadcast), whole = shapeOf(tensor).take_back(sizes.size());
  for (auto [size, full, axis] : llvm::zip_equal(sizes, whole, ArrayRef(axes).take_back(sizes.size())))
    view.axes.push_back(size == full ? axis : Axis());
  return view;
}

bool MatrixView::throughTranspose(ir::TransposeOp op) {
  SmallVector<Axis> before(axes.size());
  for (auto [axis, from] : llvm::zip_equal(axes, op.getPerm()))
    before[from] = axis;
  axes = before;
  tensor = op.getInput();
  return true;
}

namespace {

/// Takes runs from the inner end of a list, in pieces of given sizes.
class RunSplitter {
public:
  explicit RunSplitter(ArrayRef<Run> runs) : left(runs) {}

  /// The innermost runs whose sizes multiply to `size`, outer ones first; nothing where a run would break unevenly.
  std::optional<SmallVector<Run, 2>> take(int64_t size) {
    SmallVector<Run, 2> taken;
    while (size > 1) {
      if (left.empty())
        return std::nullopt;
      Run &last = left.back();
      int64_t part = std::min(size, last.size);
      if (size % part != 0 || last.size % part != 0)
        return std::nullopt;
      taken.insert(taken.begin(), {last.isColumns, part, last.stride});
      size /= part;
      last.size /= part;
      last.stride *= part;
      if (last.size == 1)
        left.pop_back();
    }
    return taken;
  }

private:
  SmallVector<Run> left;
};

} // namespace

bool MatrixView::throughReshape(ir::ReshapeOp op) {
  ArrayRef<int64_t> from = shapeOf(op.getInput()), to = shapeOf(tensor);
  SmallVector<Run> all;
  for (auto [axis, size] : llvm::zip_equal(axes, to)) {
    if (axis.empty() && size != 1) // repeats: nothing is known of parts of it
      return false;
    all.append(axis);
  }
  RunSplitter splitter(all);
  SmallVector<Axis> before(from.size());
  for (size_t axis = from.size(); axis-- > 0;) {
    auto taken = splitter.take(from[axis]);
    if (!taken)
      return false;
    before[axis] = *taken;
  }
  axes = before;
  tensor = op.getInput();
  return true;
}

/// Only the end of an axis is cut off.
bool MatrixView::throughSlice(ir::SliceOp op) {
  bool fromStart = llvm::all_of(op.getStaticOffsets(), [](int64_t offset) { return offset == 0; }) &&
                   llvm::all_of(op.getSteps(), [](int64_t step) { return step == 1; });
  if (!fromStart)
    return false;
  SmallVector<Axis> before = axes;
  for (auto [axis, now, whole] : llvm::zip_equal(before, shapeOf(tensor), shapeOf(op.getInput()))) {
    if (now == whole)
      continue;
    if (axis.size() != 1)
      return false;
    axis.front().size = whole;
  }
  axes = before;
  tensor = op.getInput();
  return true;
}

bool MatrixView::throughExpand(ir::ExpandOp op) {
  *this = operand(op.getInput());
  return true;
}

SmallVector<Run> MatrixView::runsOf(bool columns) const {
  SmallVector<Run> runs;
  for (const Axis &axis : axes)
    llvm::copy_if(axis, std::back_inserter(runs), [&](const Run &run) { return run.isColumns == columns; });
  llvm::sort(runs, [](const Run &a, const Run &b) { return a.stride > b.stride; });
  return runs;
}

/// Whether each run goes on where the next inner one ends.
static bool areConnected(ArrayRef<Run> runs) {
  return llvm::all_of(llvm::zip(runs, runs.drop_front(runs.empty() ? 0 : 1)), [](auto pair) {
    auto &[outer, inner] = pair;
    return outer.stride == inner.stride * inner.size;
  });
}

std::optional<int64_t> MatrixView::rowsAlike() const {
  SmallVector<Run> down = runsOf(false), across = runsOf(true);
  if (!areConnected(down) || !areConnected(across) || (!across.empty() && across.back().stride != 1))
    return std::nullopt;
  return down.empty() ? rows : down.back().stride;
}

Value MatrixView::asMatrix(OpBuilder &builder, Location loc, int64_t block) const {
  SmallVector<std::pair<Run, int64_t>> runs; // and where they stand in the source
  for (const Axis &axis : axes)
    for (const Run &run : axis)
      runs.push_back({run, static_cast<int64_t>(runs.size())});
  SmallVector<ir::DimExpr> split = llvm::map_to_vector(runs, [](auto &run) { return ir::DimExpr(run.first.size); });
  llvm::sort(runs, [](auto &a, auto &b) {
    return std::make_pair(a.first.isColumns, -a.first.stride) < std::make_pair(b.first.isColumns, -b.first.stride);
  });
  auto order = llvm::map_to_vector(runs, [](auto &run) { return run.second; });
  int64_t height = 1, width = 1;
  for (auto &[run, place] : runs)
    (run.isColumns ? width : height) *= run.size;
  Value result = ir::transposeBy(builder, loc, ir::reshapeTo(builder, loc, tensor, split), order);
  result = ir::reshapeTo(builder, loc, result, {height, width});
  if (width == 1 && columns > 1)
    result = ir::expandTo(builder, loc, result, {height, columns});
  else if (width > columns)
    result = ir::sliceAxis(builder, loc, result, {height, width}, 1, 0, columns);
  // One row stands for more rows than a block has.
  int64_t each = rowsAlike().value_or(1), wanted = llvm::divideCeil(rows, block), times = llvm::divideCeil(each, block);
  times = std::min(times, wanted);
  if (times > 1) {
    result = ir::reshapeTo(builder, loc, result, {height, 1, columns});
    result = ir::expandTo(builder, loc, result, {height, times, columns});
    height *= times;
    result = ir::reshapeTo(builder, loc, result, {height, columns});
  }
  return height == wanted ? result : ir::sliceAxis(builder, loc, result, {height, columns}, 0, 0, wanted);
}

} // namespace llmc::passes
