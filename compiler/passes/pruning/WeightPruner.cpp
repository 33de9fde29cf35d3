#include "compiler/passes/pruning/WeightPruner.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Pruning.h"
#include "compiler/ir/SparseProducts.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace llmc::passes {

WeightPruner::WeightPruner(ModuleOp module, StringRef kind, bool marks)
    : module(module), kind(kind), marks(marks), recipes(module),
      moments(ir::measurementsIn(module, ir::Measure::Moments)) {}

bool WeightPruner::prune(func::FuncOp function, ir::MatmulOp product, const std::vector<std::string> &nodes,
                         const ZeroPattern &pattern, StringRef note) {
  int64_t left = pattern.left();
  if (left == pattern.all) {
    tooFew = llvm::formatv("{0} are too few to take so small a share of them away", left);
    ir::recordPruning(function, {kind, left, left, tooFew, nodes});
    return false;
  }
  ++numPruned;
  if (marks) {
    product->setAttr(ir::kMeasuredAttr, UnitAttr::get(product->getContext()));
    return false;
  }
  ir::GetWeightOp weight = ir::matrixOf(product);
  bool byData = moments.contains(weight.getWeight());
  product.getRhsMutable().assign(withZeros(product, weight, pattern));
  StringRef why = byData ? "they count most on the calibration data, and make up for the others"
                         : "they count most by their weights";
  ir::recordPruning(function, {kind, left, pattern.all, (why + note).str(), nodes});
  return true;
}

Value WeightPruner::withZeros(ir::MatmulOp product, ir::GetWeightOp weight, const ZeroPattern &pattern) {
  ir::WeightOp known = moments.lookup(weight.getWeight());
  std::string suffix = llvm::formatv("{0}{1}of{2}x{3}", kind, pattern.kept, pattern.span, pattern.rows);
  OpBuilder builder(product);
  return recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value matrix) -> Value {
    Value ofLeftSide = known ? ir::readWeight(inner, weight.getLoc(), known) : Value();
    return ir::SparsifyOp::create(inner, weight.getLoc(), matrix, ofLeftSide, pattern.rows, pattern.columns,
                                  pattern.kept, pattern.span);
  });
}

LogicalResult WeightPruner::finish() const {
  if (numPruned == 0)
    ModuleOp(module).emitError() << "no " << kind << " are pruned" << (tooFew.empty() ? "" : ": ") << tooFew
                                 << "; try: other rules, such as " << kind << "=0.5";
  return success(numPruned != 0);
}

} // namespace llmc::passes
