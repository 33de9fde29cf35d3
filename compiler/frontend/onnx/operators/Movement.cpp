// Operators that move elements: parts, sums of parts, borders, picked elements.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;
using arith::CmpIPredicate;

namespace {

void importTranspose(OperatorContext &op) {
  int64_t rank = OperatorContext::rank(op.input(0));
  SmallVector<int64_t> reversed = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, rank)));
  op.setResult(op.transpose(op.input(0), op.intsAttr("perm", reversed)));
}

/// Thousands of parts are put together in groups: code and sizes of one operation grow with all parts before each.
Value concat(OperatorContext &op, SmallVector<Value> parts, int64_t axis) {
  constexpr size_t atOnce = 64;
  while (parts.size() > atOnce && !op.failed()) {
    SmallVector<Value> groups;
    for (ValueRange rest = parts; !rest.empty(); rest = rest.drop_front(std::min(atOnce, rest.size())))
      groups.push_back(op.make<ir::ConcatOp>(rest.take_front(atOnce), static_cast<uint64_t>(axis)));
    parts = std::move(groups);
  }
  return op.make<ir::ConcatOp>(parts, static_cast<uint64_t>(axis));
}

void importConcat(OperatorContext &op) {
  auto axis = op.axis(op.intAttr("axis", 0), OperatorContext::rank(op.input(0)));
  SmallVector<Value> inputs;
  for (size_t i = 0; i < op.inputCount(); ++i)
    if (op.has(i))
      inputs.push_back(op.input(i));
  if (axis)
    op.setResult(concat(op, std::move(inputs), *axis));
}

//===--- Slice ---------------------------------------------------------------------------------------------------===//

/// Exporters write the largest number of some integer type for "to the end".
bool meansEnd(std::optional<int64_t> bound) { return bound && *bound >= INT32_MAX; }
bool meansBegin(std::optional<int64_t> bound) { return bound && *bound <= -INT32_MAX; }

/// A bound counted from the front. One that is not known may count from the end at run time.
Value fromFront(OperatorContext &op, Value bound, Value size) {
  if (auto known = constantOf(bound))
    return *known < 0 ? op.sizes.add(size, bound) : bound;
  return op.sizes.select(CmpIPredicate::slt, bound, 0, op.sizes.add(bound, size), bound);
}

/// Where ONNX's Slice begins when it goes backward: clamped to [0, size - 1], of nothing to -1.
Value clampBackwardStart(OperatorContext &op, Value bound, Value size) {
  auto known = constantOf(bound);
  Value least = op.sizes.constant(0), most = op.sizes.sub(size, op.sizes.constant(1));
  if (meansEnd(known) || known == -1)
    return most;
  Value position = meansBegin(known) ? least : fromFront(op, bound, size);
  return op.sizes.min(op.sizes.max(position, least), most);
}

/// The other bounds, clamped as ONNX demands: forward to [0, size], where it ends backward to [-1, size - 1].
Value clampBound(OperatorContext &op, Value bound, Value size, int64_t step) {
  auto known = constantOf(bound);
  Value least = op.sizes.constant(step > 0 ? 0 : -1);
  Value most = step > 0 ? size : op.sizes.sub(size, op.sizes.constant(1));
  if (meansEnd(known))
    return most;
  if (meansBegin(known))
    return least;
  if (known == 0 && step > 0)
    return bound;
  Value position = fromFront(op, bound, size);
  if (known && *known < 0) // from the end it can't pass the end
    return op.sizes.max(position, least);
  if (known)
    return op.sizes.min(position, most);
  return op.sizes.max(op.sizes.min(position, most), least);
}

struct SliceBounds {
  Sizes starts, ends;
  SmallVector<int64_t> axes, steps;
};

std::optional<SliceBounds> readBounds(OperatorContext &op) {
  SliceBounds bounds = {op.indexList(1), op.indexList(2), {}, {}};
  size_t count = bounds.starts.size();
  std::optional<SmallVector<int64_t>> axes = llvm::to_vector(llvm::seq<int64_t>(0, count));
  std::optional<SmallVector<int64_t>> steps = SmallVector<int64_t>(count, 1);
  if (op.has(3))
    axes = op.constantList(3, "the axes");
  if (op.has(4))
    steps = op.constantList(4, "the steps");
  if (!axes || !steps || op.failed())
    return std::nullopt;
  for (size_t length : {bounds.ends.size(), axes->size(), steps->size()})
    if (length != count) {
      op.fail<Code::OperandLength>("one of starts, ends, axes and steps", length, count);
      return std::nullopt;
    }
  for (int64_t &axis : *axes) {
    auto normalized = op.axis(axis, OperatorContext::rank(op.input(0)));
    if (!normalized)
      return std::nullopt;
    axis = *normalized;
  }
  if (llvm::is_contained(*steps, 0)) {
    op.fail<Code::AttributeValue>("steps", 0, "numbers other than 0");
    return std::nullopt;
  }
  constexpr int64_t pastAll = int64_t(1) << 60; // a step as long leads past any axis, and its negative is a number, too
  for (int64_t &step : *steps)
    step = std::clamp(step, -pastAll, pastAll);
  bounds.axes = std::move(*axes);
  bounds.steps = std::move(*steps);
  return bounds;
}

void importSlice(OperatorContext &op) {
  auto bounds = readBounds(op);
  if (!bounds)
    return;
  Sizes sizes = op.sizes.dims(op.input(0)), offsets(sizes.size(), op.sizes.constant(0));
  SmallVector<int64_t> steps(sizes.size(), 1);
  for (auto [i, axis] : llvm::enumerate(bounds->axes)) {
    Value size = op.sizes.dim(op.input(0), axis);
    int64_t step = bounds->steps[i];
    steps[axis] = step;
    bool isWhole = step == 1 && constantOf(bounds->starts[i]) == 0 && meansEnd(constantOf(bounds->ends[i]));
    if (isWhole)
      continue;
    offsets[axis] =
        step > 0 ? clampBound(op, bounds->starts[i], size, step) : clampBackwardStart(op, bounds->starts[i], size);
    Value end = clampBound(op, bounds->ends[i], size, step);
    sizes[axis] = op.sizes.countOfSteps(offsets[axis], end, op.sizes.constant(step));
  }
  op.setResult(op.slice(op.input(0), offsets, sizes, steps));
}

std::optional<Refusal> refuseSlice(const NodeFacts &facts) {
  for (size_t input : {3, 4})
    if (!facts.isConstant(input))
      return Refusal{"its axes or steps depend on an input of the model", "export it with constant axes and steps"};
  return std::nullopt;
}

//===--- Split ---------------------------------------------------------------------------------------------------===//

/// The first `outputs` of `count` equal parts; the last one of all takes what is left.
Sizes equalParts(OperatorContext &op, Value whole, int64_t count, int64_t outputs) {
  Value part = op.sizes.floorDiv(op.sizes.add(whole, op.sizes.constant(count - 1)), op.sizes.constant(count));
  Sizes parts(outputs, part);
  if (auto known = constantOf(whole); outputs < count || (known && *known % count == 0))
    return parts;
  parts.back() = op.sizes.sub(whole, op.sizes.mul(part, op.sizes.constant(count - 1)));
  return parts;
}

void importSplit(OperatorContext &op) {
  auto axis = op.axis(op.intAttr("axis", 0), OperatorContext::rank(op.input(0)));
  if (!axis)
    return;
  Value whole = op.sizes.dim(op.input(0), *axis);
  int64_t outputs = op.node.outputCount(), count = op.intAttr("num_outputs", outputs);
  if (count < outputs || count < 1)
    return op.fail<Code::AttributeValue>("num_outputs", count, std::to_string(outputs) + " or more");
  Sizes parts = op.has(1) ? op.indexList(1) : equalParts(op, whole, count, outputs);
  if (op.failed())
    return;
  if (static_cast<int64_t>(parts.size()) != outputs)
    return op.fail<Code::OperandLength>("split", parts.size(), outputs);
  if (op.has(1))
    op.require(ir::DimRelation::Equal, op.sizes.sum(parts), whole, "the parts of the split and what it splits differ");
  else if (op.node.opset() < 18) // later ones leave the last part what is left
    op.require(ir::DimRelation::Equal, op.sizes.mul(parts.front(), op.sizes.constant(count)), whole,
               "it can't be split into equal parts");
  Sizes sizes = op.sizes.dims(op.input(0)), offsets(sizes.size(), op.sizes.constant(0));
  SmallVector<int64_t> steps(sizes.size(), 1);
  for (int64_t i = 0; i < outputs; ++i) {
    sizes[*axis] = parts[i];
    op.setResult(i, op.slice(op.input(0), offsets, sizes, steps), op.type(0));
    offsets[*axis] = op.sizes.add(offsets[*axis], parts[i]);
  }
}

//===--- Pad, Tile -----------------------------------------------------------------------------------------------===//

struct Border {
  Sizes low, high; ///< one an axis of the input
};

std::optional<Border> readBorder(OperatorContext &op) {
  int64_t rank = OperatorContext::rank(op.input(0));
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (op.has(3)) {
    auto listed = op.constantList(3, "the axes");
    if (!listed)
      return std::nullopt;
    axes.clear();
    for (int64_t each : *listed)
      axes.push_back(op.axis(each, rank).value_or(0));
  }
  Sizes pads = op.indexList(1);
  if (!op.failed() && pads.size() != 2 * axes.size())
    op.fail<Code::OperandLength>("pads", pads.size(), 2 * axes.size());
  if (op.failed())
    return std::nullopt;
  Border border = {Sizes(rank, op.sizes.constant(0)), Sizes(rank, op.sizes.constant(0))};
  for (auto [i, axis] : llvm::enumerate(axes)) {
    border.low[axis] = pads[i];
    border.high[axis] = pads[axes.size() + i];
  }
  return border;
}

/// What negative widths take away; they become 0. Where the sign is not known yet, both parts stay as formulas, of
/// which the passes drop the one that is always 0.
Sizes takeNegative(OperatorContext &op, Sizes &widths) {
  Value none = op.sizes.constant(0);
  Sizes taken(widths.size(), none);
  for (auto [width, from] : llvm::zip_equal(widths, taken)) {
    if (auto known = constantOf(width); known && *known >= 0)
      continue;
    from = op.sizes.max(op.sizes.sub(none, width), none);
    width = op.sizes.max(width, none);
  }
  return taken;
}

/// The sizes of a tensor with such a border, whose widths may be negative.
Sizes sizesWithin(OperatorContext &op, Value tensor, const Border &border) {
  Sizes sizes = op.sizes.dims(tensor);
  for (auto [size, low, high] : llvm::zip_equal(sizes, border.low, border.high))
    size = op.sizes.max(op.sizes.add(size, op.sizes.add(low, high)), op.sizes.constant(0));
  return sizes;
}

/// Cuts after it pads, so that an axis with fewer elements than are cut at one end has what the other end adds.
void importPad(OperatorContext &op) {
  auto border = readBorder(op);
  if (!border)
    return;
  Value input = op.input(0), filling = op.has(2) ? op.reshape(op.input(2), {}) : op.scalar(0, op.elementType(input));
  Border added = *border;
  Sizes fromLow = takeNegative(op, added.low), fromHigh = takeNegative(op, added.high);
  Value padded = op.pad(input, filling, added.low, added.high);
  auto cuts = [](Value taken) { return constantOf(taken) != 0; };
  if (llvm::any_of(fromLow, cuts) || llvm::any_of(fromHigh, cuts))
    padded = op.slice(padded, fromLow, sizesWithin(op, input, *border), SmallVector<int64_t>(fromLow.size(), 1));
  op.setResult(padded);
}

std::optional<Refusal> refusePad(const NodeFacts &facts) {
  auto mode = facts.node.stringAttr("mode", "constant");
  std::string text = mode ? mode->str() : "no string";
  llvm::consumeError(mode.takeError());
  if (text != "constant")
    return Refusal{"mode '" + text + "' is not supported", "pad with a constant"};
  if (!facts.isConstant(3))
    return Refusal{"its axes depend on an input of the model", "export it with constant axes"};
  return std::nullopt;
}

/// [a, b] becomes [1, a, 1, b], is repeated, and becomes [r * a, s * b].
void importTile(OperatorContext &op) {
  Sizes repeats = op.indexList(1), sizes = op.sizes.dims(op.input(0));
  if (!op.failed() && repeats.size() != sizes.size())
    op.fail<Code::OperandLength>("repeats", repeats.size(), sizes.size());
  if (op.failed())
    return;
  Sizes apart, repeated, together;
  for (auto [size, times] : llvm::zip(sizes, repeats)) {
    apart.append({op.sizes.constant(1), size});
    repeated.append({times, size});
    together.push_back(op.sizes.mul(times, size));
  }
  op.setResult(op.reshape(op.expand(op.reshape(op.input(0), apart), repeated), together));
}

//===--- Gather --------------------------------------------------------------------------------------------------===//

void importGather(OperatorContext &op) {
  if (auto axis = op.axis(op.intAttr("axis", 0), OperatorContext::rank(op.input(0))))
    op.setResult(op.make<ir::GatherOp>(op.input(0), op.input(1), static_cast<uint64_t>(*axis)));
}

void importGatherNd(OperatorContext &op) {
  int64_t batch = op.intAttr("batch_dims", 0);
  if (batch < 0)
    return op.fail<Code::AttributeValue>("batch_dims", batch, "0 or more");
  op.setResult(op.make<ir::GatherNdOp>(op.input(0), op.input(1), static_cast<uint64_t>(batch)));
}

/// The element's own position, but for `axis`, where indices tell.
void importGatherElements(OperatorContext &op) {
  int64_t rank = OperatorContext::rank(op.input(0));
  auto axis = op.axis(op.intAttr("axis", 0), rank);
  if (!axis)
    return;
  if (OperatorContext::rank(op.input(1)) != rank)
    return op.fail<Code::OperandsDoNotFit>("its inputs need the same rank");
  Sizes sizes = op.sizes.dims(op.input(1)), one = sizes;
  one.push_back(op.sizes.constant(1));
  SmallVector<Value> tuple;
  for (int64_t i = 0; i < rank; ++i) {
    Value place = i == *axis ? op.cast({op.input(1), op.type(1)}, OnnxElementType::Int64) : Value();
    if (!place) {
      Sizes along(rank, op.sizes.constant(1));
      along[i] = sizes[i];
      place = op.expand(op.reshape(op.iota(sizes[i]), along), sizes);
    }
    tuple.push_back(op.reshape(place, one));
  }
  Value indices = op.make<ir::ConcatOp>(ValueRange(tuple), static_cast<uint64_t>(rank));
  op.setResult(op.make<ir::GatherNdOp>(op.input(0), indices, uint64_t{0}));
}

//===--- ScatterND -----------------------------------------------------------------------------------------------===//

/// [a, b] becomes [a, b, 1].
bool isUnsqueezedLast(ir::ReshapeOp reshape) {
  auto from = OperatorContext::typeOf(reshape.getInput()).getShape();
  auto to = OperatorContext::typeOf(reshape.getResult()).getShape();
  if (to.size() != from.size() + 1 || to.back() != 1)
    return false;
  unsigned next = 0;
  for (auto [i, size] : llvm::enumerate(to.drop_back())) {
    auto dim = ShapedType::isDynamic(size) ? reshape.getSizes()[next++].getDefiningOp<tensor::DimOp>() : nullptr;
    bool kept = dim ? dim.getSource() == reshape.getInput() && dim.getConstantIndex() == static_cast<int64_t>(i)
                    : !ShapedType::isDynamic(size) && size == from[i];
    if (!kept)
      return false;
  }
  return true;
}

/// A tensor that holds start, start + 1, ... along `axis` and the same along all others.
struct Counting {
  static constexpr int64_t kAny = -1; ///< of a tensor with one element
  int64_t axis;
  Value start; ///< an index
};

std::optional<Counting> matchCounting(OperatorContext &op, Value tensor);

/// What is counted from moves with the slice's offset.
std::optional<Counting> matchCountingSlice(OperatorContext &op, ir::SliceOp slice) {
  auto counting = matchCounting(op, slice.getInput());
  if (!counting || counting->axis == Counting::kAny || slice.getSteps()[counting->axis] != 1)
    return std::nullopt;
  llvm::ArrayRef<int64_t> offsets = slice.getStaticOffsets();
  int64_t offset = offsets[counting->axis];
  Value by = ShapedType::isDynamic(offset)
                 ? slice.getOffsets()[llvm::count_if(offsets.take_front(counting->axis), ShapedType::isDynamic)]
                 : op.sizes.constant(offset);
  return Counting{counting->axis, op.sizes.add(counting->start, by)};
}

std::optional<Counting> matchCounting(OperatorContext &op, Value tensor) {
  Operation *producer = tensor.getDefiningOp();
  if (isa_and_nonnull<ir::IotaOp>(producer))
    return Counting{0, op.sizes.constant(0)};
  if (auto slice = dyn_cast_or_null<ir::SliceOp>(producer))
    return matchCountingSlice(op, slice);
  if (auto expand = dyn_cast_or_null<ir::ExpandOp>(producer)) {
    auto counting = matchCounting(op, expand.getInput());
    if (counting && counting->axis != Counting::kAny)
      counting->axis += OperatorContext::rank(tensor) - OperatorContext::rank(expand.getInput());
    return counting;
  }
  auto reshape = dyn_cast_or_null<ir::ReshapeOp>(producer);
  auto counting = reshape ? matchCounting(op, reshape.getInput()) : std::nullopt;
  if (!counting || isUnsqueezedLast(reshape))
    return counting;
  auto from = OperatorContext::typeOf(reshape.getInput()).getShape(), to = OperatorContext::typeOf(tensor).getShape();
  auto isOne = [](int64_t size) { return size == 1; };
  int64_t others = llvm::count_if(to, isOne), rank = to.size();
  if (from.size() != 1 || others < rank - 1)
    return std::nullopt; // a vector among axes of size 1 is what is left
  counting->axis = others == rank ? Counting::kAny : std::distance(to.begin(), llvm::find_if_not(to, isOne));
  return counting;
}

/// Where the box begins if `indices` name each place of one, in order: what exporters write for an assignment to a
/// slice.
std::optional<Sizes> matchBox(OperatorContext &op, Value indices, int64_t depth) {
  SmallVector<Value> parts = {indices};
  if (auto concat = indices.getDefiningOp<ir::ConcatOp>())
    parts.assign(concat.getInputs().begin(), concat.getInputs().end());
  if (static_cast<int64_t>(parts.size()) != depth || OperatorContext::rank(indices) != depth + 1)
    return std::nullopt;
  Sizes starts;
  for (auto [axis, part] : llvm::enumerate(parts)) {
    auto counting = matchCounting(op, part);
    bool inPlace = counting && (counting->axis == Counting::kAny || counting->axis == static_cast<int64_t>(axis));
    if (OperatorContext::typeOf(part).getShape().back() != 1 || !inPlace)
      return std::nullopt;
    starts.push_back(counting->start);
  }
  return starts;
}

void importScatterNd(OperatorContext &op) {
  Value data = op.input(0), updates = op.input(2);
  if (OperatorContext::rank(op.input(1)) == 0)
    return op.fail<Code::OperandsDoNotFit>("its indices need an axis");
  int64_t rank = OperatorContext::rank(data), depth = OperatorContext::typeOf(op.input(1)).getShape().back();
  auto starts = matchBox(op, op.input(1), depth);
  if (!starts || depth > rank || OperatorContext::rank(updates) != rank)
    return op.fail<Code::ScatteredWrites>();
  Sizes whole = op.sizes.dims(data), box = op.sizes.dims(updates), low = *starts, high;
  low.append(rank - depth, op.sizes.constant(0));
  for (auto [size, start, part] : llvm::zip(whole, low, box))
    high.push_back(op.sizes.sub(op.sizes.sub(size, start), part));
  SmallVector<Value> operands = {data, op.pad(updates, op.scalar(0, op.elementType(data)), low, high)};
  for (int64_t axis = 0; axis < depth; ++axis) {
    Sizes along(rank - axis, op.sizes.constant(1));
    along.front() = whole[axis];
    operands.push_back(op.reshape(op.iota(whole[axis]), along));
    operands.push_back(op.scalarOf(low[axis]));
    operands.push_back(op.scalarOf(op.sizes.add(low[axis], box[axis])));
  }
  op.setResult(op.map(operands, op.type(0), [&](ScalarMath &m, ValueRange x) {
    ScalarMath order = m.asSigned();
    Value result = x[1];
    for (ValueRange rest = x.drop_front(2); !rest.empty(); rest = rest.drop_front(3)) {
      result = m.select(order.less(rest[0], rest[2]), result, x[0]);
      result = m.select(order.lessOrEqual(rest[1], rest[0]), result, x[0]);
    }
    return result;
  }));
}

std::optional<Refusal> refuseScatterNd(const NodeFacts &facts) {
  auto reduction = facts.node.stringAttr("reduction", "none");
  std::string text = reduction ? reduction->str() : "no string";
  llvm::consumeError(reduction.takeError());
  return text == "none" ? std::nullopt
                        : std::optional(Refusal{"reduction '" + text + "' is not supported", "write without one"});
}

//===--- Trilu, DepthToSpace -------------------------------------------------------------------------------------===//

/// Keeps the elements with column >= row + k, or <=, by their numbers.
void importTrilu(OperatorContext &op) {
  int64_t rank = OperatorContext::rank(op.input(0));
  if (rank < 2)
    return op.fail<Code::AxisOutOfRange>(-2, rank);
  bool upper = op.intAttr("upper", 1);
  Value height = op.sizes.dim(op.input(0), rank - 2), width = op.sizes.dim(op.input(0), rank - 1);
  Value rows = op.reshape(op.iota(height), {height, op.sizes.constant(1)}), columns = op.iota(width);
  Value k = op.has(1) ? op.reshape(op.input(1), {}) : op.scalar(0, op.builder.getI64Type());
  Value keep = op.map({rows, columns, k}, OnnxElementType::Int64, [&](ScalarMath &m, ValueRange x) {
    constexpr double beyondAll = 0x1p62; // of any matrix; a row's number added to it does not overflow
    Value shift = m.max(m.min(x[2], m.constant(beyondAll, x[2])), m.constant(-beyondAll, x[2]));
    Value diagonal = m.add(x[0], shift);
    return upper ? m.lessOrEqual(diagonal, x[1]) : m.lessOrEqual(x[1], diagonal);
  });
  op.setResult(op.map({keep, op.input(0)}, op.type(0),
                      [](ScalarMath &m, ValueRange x) { return m.select(x[0], x[1], m.constant(0, x[1])); }));
}

/// Reshape, transpose, reshape: `apart` are the sizes in between.
void rearrange(OperatorContext &op, llvm::ArrayRef<Value> apart, llvm::ArrayRef<int64_t> perm,
               llvm::ArrayRef<Value> together) {
  op.setResult(op.reshape(op.transpose(op.reshape(op.input(0), apart), perm), together));
}

/// Where the places of a block stand among the channels: before them ("DCR") or behind.
struct Blocks {
  int64_t size;
  bool depthFirst;
};

std::optional<Blocks> readBlocks(OperatorContext &op) {
  int64_t size = op.intAttr("blocksize", 0), most = int64_t(1) << 20; // its square is a number of channels
  llvm::StringRef mode = op.stringAttr("mode", "DCR");
  if (OperatorContext::rank(op.input(0)) != 4)
    op.fail<Code::OperandsDoNotFit>("its input needs rank 4");
  else if (size < 1 || size > most)
    op.fail<Code::AttributeValue>("blocksize", size, "1 to " + std::to_string(most));
  else if (mode != "DCR" && mode != "CRD")
    op.fail<Code::AttributeValue>("mode", quoted(mode), "DCR or CRD");
  return op.failed() ? std::nullopt : std::optional(Blocks{size, mode == "DCR"});
}

void importDepthToSpace(OperatorContext &op) {
  auto blocks = readBlocks(op);
  if (!blocks)
    return;
  Sizes in = op.sizes.dims(op.input(0));
  Value block = op.sizes.constant(blocks->size), all = op.sizes.constant(blocks->size * blocks->size);
  Value depth = op.sizes.floorDiv(in[1], all);
  Sizes together = {in[0], depth, op.sizes.mul(in[2], block), op.sizes.mul(in[3], block)};
  if (blocks->depthFirst)
    rearrange(op, {in[0], block, block, depth, in[2], in[3]}, {0, 3, 4, 1, 5, 2}, together);
  else
    rearrange(op, {in[0], depth, block, block, in[2], in[3]}, {0, 1, 4, 2, 5, 3}, together);
}

void importSpaceToDepth(OperatorContext &op) {
  auto blocks = readBlocks(op);
  if (!blocks)
    return;
  Sizes in = op.sizes.dims(op.input(0));
  Value block = op.sizes.constant(blocks->size), all = op.sizes.constant(blocks->size * blocks->size);
  Value height = op.sizes.floorDiv(in[2], block), width = op.sizes.floorDiv(in[3], block);
  Sizes apart = {in[0], in[1], height, block, width, block};
  Sizes together = {in[0], op.sizes.mul(in[1], all), height, width};
  if (blocks->depthFirst)
    rearrange(op, apart, {0, 3, 5, 1, 2, 4}, together);
  else
    rearrange(op, apart, {0, 1, 3, 5, 2, 4}, together);
}

} // namespace

llvm::ArrayRef<OperatorImporter> movementOperators() {
  static const OperatorImporter table[] = {
      {"", "Transpose", 13, kNewest, 1, importTranspose},
      {"", "Concat", 13, kNewest, 1, importConcat},
      {"", "Slice", 13, kNewest, 3, importSlice, refuseSlice},
      {"", "Split", 13, kNewest, 1, importSplit},
      {"", "Pad", 13, kNewest, 2, importPad, refusePad},
      {"", "Tile", 13, kNewest, 2, importTile},
      {"", "Gather", 13, kNewest, 2, importGather},
      {"", "GatherND", 13, kNewest, 2, importGatherNd},
      {"", "GatherElements", 13, kNewest, 2, importGatherElements},
      {"", "ScatterND", 13, kNewest, 3, importScatterNd, refuseScatterNd},
      {"", "Trilu", 14, kNewest, 1, importTrilu},
      {"", "DepthToSpace", 13, kNewest, 1, importDepthToSpace},
      {"", "SpaceToDepth", 13, kNewest, 1, importSpaceToDepth},
  };
  return table;
}

} // namespace llmc::frontend
