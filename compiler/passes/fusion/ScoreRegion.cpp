// Maps become one region; their tensors its inputs.
#include "compiler/passes/fusion/ScoreRegion.h"
#include "compiler/ir/ScalarBodies.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {

ScoreRegion::ScoreRegion(OpBuilder &outer, Value scores, Location location)
    : outer(outer), location(location), inner(outer.getContext()) {
  Block &block = body.emplaceBlock();
  yielded = block.addArgument(getElementTypeOrSelf(scores), location);
  inner.setInsertionPointToEnd(&block);
}

Value ScoreRegion::argumentFor(Value input) {
  auto found = llvm::find(inputs, input);
  if (found != inputs.end())
    return body.getArgument(found - inputs.begin() + 1);
  inputs.push_back(input);
  return body.front().addArgument(getElementTypeOrSelf(input), location);
}

void ScoreRegion::append(ir::MapOp map, ValueRange operands, unsigned score) {
  SmallVector<Value> scalars;
  for (auto [number, operand] : llvm::enumerate(operands))
    scalars.push_back(number == score ? yielded : argumentFor(operand));
  yielded = ir::inlineBody(inner, map.getBody(), scalars);
}

void ScoreRegion::erase(unsigned number) {
  body.front().eraseArgument(number + 1);
  inputs.erase(inputs.begin() + number);
}

/// A tensor that has no element of its own for each score of a head.
static bool isThin(Value tensor, ir::DimAnalysis &analysis) {
  ir::DimVector dims = analysis.dims(tensor);
  return dims.size() < 2 || dims.back().isConstant(1) || dims[dims.size() - 2].isConstant(1);
}

bool ScoreRegion::inlineMask(unsigned number, ir::DimAnalysis &analysis) {
  Value input = inputs[number];
  if (isThin(input, analysis))
    return false;
  if (auto expand = input.getDefiningOp<ir::ExpandOp>()) { // the scores broadcast it as well
    inputs[number] = expand.getInput();
    return true;
  }
  auto map = input.getDefiningOp<ir::MapOp>();
  auto small = [&](Value operand) { return isThin(operand, analysis) || operand.getDefiningOp<ir::ExpandOp>(); };
  if (!map || !ir::isCheap(map) || !llvm::all_of(map.getInputs(), small))
    return false;
  SmallVector<Value> scalars;
  for (Value operand : map.getInputs())
    scalars.push_back(argumentFor(operand));
  OpBuilder start(outer.getContext()); // the region has no operation that could be asked for it
  start.setInsertionPointToStart(&body.front());
  Value scalar = ir::inlineBody(start, map.getBody(), scalars);
  body.getArgument(number + 1).replaceAllUsesWith(scalar);
  erase(number);
  return true;
}

void ScoreRegion::inlineMasks(ir::DimAnalysis &analysis) {
  for (unsigned number = 0; number < inputs.size();)
    if (!inlineMask(number, analysis))
      ++number;
}

void ScoreRegion::dropUnread() {
  for (unsigned number = inputs.size(); number-- > 0;)
    if (body.getArgument(number + 1).use_empty() && body.getArgument(number + 1) != yielded)
      erase(number);
}

Value ScoreRegion::build(Value query, Value key, Value value, bool guarded) {
  dropUnread();
  ir::YieldOp::create(inner, location, yielded);
  auto op = ir::AttentionOp::create(outer, location, query, key, value, inputs, guarded);
  op.getBody().takeBody(body);
  return op.getResult();
}

} // namespace llmc::passes
