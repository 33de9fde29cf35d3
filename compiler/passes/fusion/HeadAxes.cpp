// Exporters split a projection into heads by reshapes, transposes and repetitions.
#include "compiler/passes/fusion/HeadAxes.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/ScalarBodies.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {

Value withBatch(OpBuilder &builder, Value tensor, ArrayRef<ir::DimExpr> from, ArrayRef<ir::DimExpr> to,
                ir::DimAnalysis &analysis) {
  ir::DimVector dims = analysis.dims(tensor);
  if (from == to || dims.size() <= 2)
    return tensor;
  ArrayRef<ir::DimExpr> batch = ArrayRef<ir::DimExpr>(dims).drop_back(2),
                        matrix = ArrayRef<ir::DimExpr>(dims).take_back(2);
  ir::DimVector target;
  if (batch == from)
    target.append(to.begin(), to.end());
  else if (!llvm::all_of(batch, [](const ir::DimExpr &dim) { return dim.isConstant(1); }))
    return {};
  target.append(matrix.begin(), matrix.end());
  return ir::reshapeTo(builder, tensor.getLoc(), tensor, target);
}

bool keepsMatrices(ir::ReshapeOp reshape, ir::DimAnalysis &analysis) {
  ir::DimVector from = analysis.dims(reshape.getInput()), to = analysis.dims(reshape.getResult());
  return from.size() >= 2 && to.size() >= 2 && from.back() == to.back() && from.end()[-2] == to.end()[-2];
}

Value swapMatrixAxes(OpBuilder &builder, Value tensor, ir::DimAnalysis &analysis) {
  auto reshape = tensor.getDefiningOp<ir::ReshapeOp>();
  if (reshape && reshape.getInput().getDefiningOp<ir::TransposeOp>() && keepsMatrices(reshape, analysis)) {
    ir::DimVector dims = analysis.dims(tensor);
    std::swap(dims.back(), dims.end()[-2]);
    return ir::reshapeTo(builder, reshape.getLoc(), swapMatrixAxes(builder, reshape.getInput(), analysis), dims);
  }
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(perm[rank - 1], perm[rank - 2]);
  auto transpose = tensor.getDefiningOp<ir::TransposeOp>();
  if (transpose && transpose.getPerm() == ArrayRef<int64_t>(perm))
    return transpose.getInput();
  return ir::transposeBy(builder, tensor.getLoc(), tensor, perm);
}

SmallVector<int64_t> splitInPermutation(ArrayRef<int64_t> perm, int64_t axis) {
  SmallVector<int64_t> split;
  for (int64_t from : perm) {
    split.push_back(from > axis ? from + 1 : from);
    if (from == axis)
      split.push_back(axis + 1);
  }
  return split;
}

Value splitAxis(OpBuilder &builder, Value tensor, int64_t axis, const ir::DimExpr &outer, const ir::DimExpr &inner,
                ir::DimAnalysis &analysis) {
  if (auto transpose = tensor.getDefiningOp<ir::TransposeOp>()) {
    int64_t source = transpose.getPerm()[axis];
    Value split = splitAxis(builder, transpose.getInput(), source, outer, inner, analysis);
    return ir::transposeBy(builder, tensor.getLoc(), split, splitInPermutation(transpose.getPerm(), source));
  }
  ir::DimVector dims = analysis.dims(tensor);
  dims[axis] = inner;
  dims.insert(dims.begin() + axis, outer);
  return ir::reshapeTo(builder, tensor.getLoc(), tensor, dims);
}

std::optional<RepeatedHeads> findRepeatedHeads(Value tensor, ir::DimAnalysis &analysis) {
  auto reshape = tensor.getDefiningOp<ir::ReshapeOp>();
  auto expand = reshape ? reshape.getInput().getDefiningOp<ir::ExpandOp>() : ir::ExpandOp();
  if (!expand)
    return std::nullopt;
  ir::DimVector dims = analysis.dims(tensor), repeated = analysis.dims(expand.getResult());
  ir::DimVector single = analysis.dims(expand.getInput());
  if (dims.size() < 3 || repeated.size() != dims.size() + 1 || single.size() != repeated.size())
    return std::nullopt;
  size_t axis = dims.size() - 3;
  RepeatedHeads heads = {expand.getInput(), repeated[axis], repeated[axis + 1]};
  if (!single[axis + 1].isConstant(1) || dims[axis] != heads.heads * heads.copies)
    return std::nullopt;
  single[axis + 1] = heads.copies;
  dims[axis] = heads.copies;
  dims.insert(dims.begin() + axis, heads.heads);
  if (single != repeated || dims != repeated)
    return std::nullopt;
  return heads;
}

/// The operand of a map that has the result's sizes, where all others are scalars.
static std::optional<unsigned> findOnlyTensor(ir::MapOp map, ir::DimAnalysis &analysis) {
  ir::DimVector dims = analysis.dims(map.getResult());
  std::optional<unsigned> found;
  for (auto [number, input] : llvm::enumerate(map.getInputs())) {
    ir::DimVector size = analysis.dims(input);
    if (size.empty() || (size.size() == 1 && size.front().isConstant(1)))
      continue;
    if (found || size != dims)
      return std::nullopt;
    found = number;
  }
  return found;
}

/// The map with another tensor in the place of this operand, of which `known` is computed already.
static Value mapOf(OpBuilder &builder, ir::MapOp map, unsigned number, Value tensor, Value known = {}) {
  SmallVector<Value> inputs(map.getInputs());
  inputs[number] = tensor;
  return ir::MapOp::create(builder, map.getLoc(), inputs, [&](OpBuilder &inner, Location, ValueRange scalars) {
    IRMapping mapping;
    if (known)
      mapping.map(known, scalars[number]);
    return ir::inlineBody(inner, map.getBody(), scalars, mapping);
  });
}

static bool isWidening(Operation *op) {
  auto map = dyn_cast_or_null<ir::MapOp>(op);
  return map && ir::isWidening(map);
}

/// `source` under copies of these operations, the last one first.
static Value applyMoves(OpBuilder &builder, ArrayRef<Operation *> moves, Value source) {
  for (Operation *move : llvm::reverse(moves)) {
    Operation *copy = builder.clone(*move);
    copy->setOperand(0, source);
    auto type = cast<RankedTensorType>(move->getResult(0).getType());
    copy->getResult(0).setType(isWidening(move) ? type : type.clone(getElementTypeOrSelf(source)));
    source = copy->getResult(0);
  }
  return source;
}

Value separateWidening(Value tensor, ir::DimAnalysis &analysis) {
  auto map = tensor.getDefiningOp<ir::MapOp>();
  auto number = map && !ir::isWidening(map) ? findOnlyTensor(map, analysis) : std::nullopt;
  if (!number)
    return tensor;
  BlockArgument element = map.getBody().getArgument(*number);
  auto extension = element.hasOneUse() ? dyn_cast<arith::ExtFOp>(*element.user_begin()) : arith::ExtFOp();
  if (!extension)
    return tensor;
  OpBuilder builder(map);
  Value wide = ir::convertEach<arith::ExtFOp>(builder, map.getLoc(), map.getInputs()[*number], extension.getType());
  return mapOf(builder, map, *number, wide, extension.getResult());
}

Value hoistScalarMaps(Value tensor, ir::DimAnalysis &analysis) {
  auto map = tensor.getDefiningOp<ir::MapOp>();
  auto number = map ? findOnlyTensor(map, analysis) : std::nullopt;
  if (!number)
    return tensor;
  SmallVector<Operation *> moves; // the last one first
  Value source = map.getInputs()[*number];
  while (isa_and_nonnull<ir::TransposeOp, ir::ReshapeOp>(source.getDefiningOp()) && source.hasOneUse()) {
    moves.push_back(source.getDefiningOp());
    source = moves.back()->getOperand(0);
  }
  if (moves.empty() || cast<RankedTensorType>(source.getType()).getRank() == 0)
    return tensor;
  OpBuilder builder(map);
  return applyMoves(builder, moves, mapOf(builder, map, *number, source));
}

/// Whether `scalar` is `factor` times or by scalars that do not depend on it.
static bool isMultipleOf(Value scalar, BlockArgument factor) {
  if (scalar == factor)
    return true;
  Operation *op = scalar.getDefiningOp();
  auto isFree = [&](Value side) {
    return side != factor && (isa<BlockArgument>(side) || side.getDefiningOp<arith::ConstantOp>());
  };
  if (auto product = dyn_cast_or_null<arith::MulFOp>(op))
    return (isMultipleOf(product.getLhs(), factor) && isFree(product.getRhs())) ||
           (isFree(product.getLhs()) && isMultipleOf(product.getRhs(), factor));
  auto quotient = dyn_cast_or_null<arith::DivFOp>(op);
  return quotient && isMultipleOf(quotient.getLhs(), factor) && isFree(quotient.getRhs());
}

/// What lies behind operations that only move and widen elements; `moves` gets these, the last one first.
static Value findSource(Value tensor, SmallVectorImpl<Operation *> &moves) {
  auto onlyMoves = [](Operation *op) {
    return isa_and_nonnull<ir::TransposeOp, ir::ReshapeOp, ir::ExpandOp>(op) || isWidening(op);
  };
  while (onlyMoves(tensor.getDefiningOp())) {
    moves.push_back(tensor.getDefiningOp());
    tensor = moves.back()->getOperand(0);
  }
  return tensor;
}

Value withoutWidening(Value tensor) {
  SmallVector<Operation *> moves;
  Value source = findSource(tensor, moves);
  if (llvm::none_of(moves, isWidening))
    return tensor;
  OpBuilder builder(tensor.getContext());
  builder.setInsertionPointAfterValue(tensor);
  llvm::erase_if(moves, isWidening);
  return applyMoves(builder, moves, source);
}

void moveFactorToQueries(OpBuilder &builder, Value &query, Value &key, ir::DimAnalysis &analysis) {
  SmallVector<Operation *> moves, before;
  auto map = findSource(key, moves).getDefiningOp<ir::MapOp>();
  auto number = map ? findOnlyTensor(map, analysis) : std::nullopt;
  if (!number || !isMultipleOf(map.getYielded(), map.getBody().getArgument(*number)))
    return;
  Value scaled = map.getInputs()[*number];
  if (findSource(scaled, before).hasOneUse()) // costs nothing where it is computed
    return;
  key = applyMoves(builder, moves, scaled);
  query = mapOf(builder, map, *number, query);
}

} // namespace llmc::passes
