// Merges a map into its only user.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/fusion/Passes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FUSEMAPS
#include "compiler/passes/fusion/Passes.h.inc"

namespace {

/// The user that takes all uses of the map's result, if it is a map over the same sizes.
ir::MapOp onlyUser(ir::MapOp map, ir::DimAnalysis &analysis) {
  auto users = map->getUsers();
  auto user = users.empty() ? ir::MapOp() : dyn_cast<ir::MapOp>(*users.begin());
  if (!user || !llvm::all_of(users, [&](Operation *other) { return other == user; }))
    return {};
  // Merged under a broadcast it would be computed again for each copy.
  return analysis.dims(map.getResult()) == analysis.dims(user.getResult()) ? user : ir::MapOp();
}

void merge(ir::MapOp producer, ir::MapOp consumer) {
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
    IRMapping mapping;
    auto scalarOf = [&](Value input) { return scalars[llvm::find(inputs, input) - inputs.begin()]; };
    for (auto [argument, input] : llvm::zip(producer.getBody().getArguments(), producer.getInputs()))
      mapping.map(argument, scalarOf(input));
    for (Operation &op : producer.getBody().front().without_terminator())
      inner.clone(op, mapping);
    Value between = mapping.lookup(producer.getYielded());
    for (auto [argument, input] : llvm::zip(consumer.getBody().getArguments(), consumer.getInputs()))
      mapping.map(argument, input == producer.getResult() ? between : scalarOf(input));
    for (Operation &op : consumer.getBody().front().without_terminator())
      inner.clone(op, mapping);
    return mapping.lookup(consumer.getYielded());
  });
  merged.getResult().setType(consumer.getType());
  consumer.replaceAllUsesWith(merged.getResult());
  consumer.erase();
  producer.erase();
}

struct FuseMapsPass : impl::FuseMapsBase<FuseMapsPass> {
  using FuseMapsBase::FuseMapsBase;

  void runOnOperation() override {
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    // Producers come first, so a chain collapses in one sweep: the merged map stands where its consumer stood.
    for (Operation &op : llvm::make_early_inc_range(getOperation().getBody().front())) {
      auto map = dyn_cast<ir::MapOp>(op);
      ir::MapOp user = map ? onlyUser(map, analysis) : ir::MapOp();
      if (!user)
        continue;
      merge(map, user);
      ++numFused;
    }
  }
};

} // namespace
} // namespace llmc::passes
