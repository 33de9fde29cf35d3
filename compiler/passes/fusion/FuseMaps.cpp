// Merges a map into its only user.
#include "compiler/ir/ScalarBodies.h"
#include "compiler/passes/fusion/Passes.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FUSEMAPS
#include "compiler/passes/fusion/Passes.h.inc"

namespace {

/// A map that feeds only `consumer`, over sizes `dims`. Merged under a broadcast it would be computed for each copy.
ir::MapOp findProducer(ir::MapOp consumer, const ir::DimVector &dims, ir::DimAnalysis &analysis) {
  for (Value input : consumer.getInputs()) {
    auto producer = input.getDefiningOp<ir::MapOp>();
    if (producer && llvm::all_of(producer->getUsers(), [&](Operation *user) { return user == consumer; }) &&
        analysis.dims(producer.getResult()) == dims)
      return producer;
  }
  return {};
}

ir::MapOp merge(ir::MapOp producer, ir::MapOp consumer, ir::DimAnalysis &analysis) {
  OpBuilder builder(consumer);
  SmallVector<Value> inputs;
  for (Value input : consumer.getInputs())
    if (input != producer.getResult() && !llvm::is_contained(inputs, input))
      inputs.push_back(input);
  for (Value input : producer.getInputs())
    if (!llvm::is_contained(inputs, input))
      inputs.push_back(input);
  Location location = builder.getFusedLoc({producer.getLoc(), consumer.getLoc()});
  auto merged = ir::MapOp::create(builder, location, inputs, [&](OpBuilder &inner, Location, ValueRange scalars) {
    auto scalarOf = [&](Value input) { return scalars[llvm::find(inputs, input) - inputs.begin()]; };
    Value between = ir::inlineBody(inner, producer.getBody(), llvm::map_to_vector(producer.getInputs(), scalarOf));
    auto scalarOrBetween = [&](Value input) { return input == producer.getResult() ? between : scalarOf(input); };
    return ir::inlineBody(inner, consumer.getBody(), llvm::map_to_vector(consumer.getInputs(), scalarOrBetween));
  });
  merged.getResult().setType(consumer.getType());
  consumer.replaceAllUsesWith(merged.getResult());
  analysis.erase(consumer);
  analysis.erase(producer);
  return merged;
}

struct FuseMapsPass : impl::FuseMapsBase<FuseMapsPass> {
  using FuseMapsBase::FuseMapsBase;

  void runOnOperation() override {
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    SmallVector<ir::MapOp> maps;
    getOperation().walk([&](ir::MapOp map) { maps.push_back(map); });
    llvm::DenseSet<Operation *> merged;
    for (ir::MapOp map : llvm::reverse(maps)) {
      if (merged.contains(map))
        continue;
      ir::DimVector dims = analysis.dims(map.getResult());
      while (ir::MapOp producer = findProducer(map, dims, analysis)) {
        merged.insert(producer);
        map = merge(producer, map, analysis);
        ++numFused;
      }
    }
  }
};

} // namespace
} // namespace llmc::passes
