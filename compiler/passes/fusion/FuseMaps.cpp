// Merges a map into its only user.
#include "compiler/ir/ScalarBodies.h"
#include "compiler/passes/fusion/Passes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FUSEMAPS
#include "compiler/passes/fusion/Passes.h.inc"

namespace {

/// Of operands and scalars in one map. Spellings that exporters write are far shorter; without an end, a hostile chain
/// becomes one function that takes forever to compile.
constexpr size_t kMostScalars = 256;

size_t countScalars(ir::MapOp map) {
  return map.getNumOperands() + llvm::range_size(map.getBody().front().getOperations());
}

/// A map that feeds only `consumer`, over sizes `dims`. Merged under a broadcast it would be computed for each copy.
ir::MapOp findProducer(ir::MapOp consumer, const ir::DimVector &dims, ir::DimAnalysis &analysis) {
  size_t room = kMostScalars - std::min(countScalars(consumer), kMostScalars);
  for (Value input : consumer.getInputs()) {
    auto producer = input.getDefiningOp<ir::MapOp>();
    if (producer && llvm::all_of(producer->getUsers(), [&](Operation *user) { return user == consumer; }) &&
        countScalars(producer) <= room && analysis.dims(producer.getResult()) == dims)
      return producer;
  }
  return {};
}

/// Moves the producer's scalars to the front of the consumer's: what is there already is not touched, so a chain takes
/// no longer than it is long.
void absorb(ir::MapOp producer, ir::MapOp consumer, ir::DimAnalysis &analysis) {
  Block &block = consumer.getBody().front(), &moved = producer.getBody().front();
  unsigned former = block.getNumArguments();
  SmallVector<Value> inputs;
  auto argumentOf = [&](Value input) -> Value {
    auto found = llvm::find(inputs, input);
    if (found != inputs.end())
      return block.getArgument(former + (found - inputs.begin()));
    inputs.push_back(input);
    return block.addArgument(getElementTypeOrSelf(input), input.getLoc());
  };
  for (auto [i, input] : llvm::enumerate(consumer.getInputs()))
    if (input != producer.getResult())
      block.getArgument(i).replaceAllUsesWith(argumentOf(input));
  for (auto [argument, input] : llvm::zip(moved.getArguments(), producer.getInputs()))
    argument.replaceAllUsesWith(argumentOf(input));
  for (auto [i, input] : llvm::enumerate(consumer.getInputs()))
    if (input == producer.getResult())
      block.getArgument(i).replaceAllUsesWith(producer.getYielded());
  block.getOperations().splice(block.begin(), moved.getOperations(), moved.begin(), std::prev(moved.end()));
  block.eraseArguments(0, former);
  consumer->setOperands(inputs);
  analysis.erase(producer);
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
      SmallVector<Location> locations = {map.getLoc()};
      while (ir::MapOp producer = findProducer(map, dims, analysis)) {
        merged.insert(producer);
        locations.push_back(producer.getLoc());
        absorb(producer, map, analysis);
        ++numFused;
      }
      std::reverse(locations.begin(), locations.end());
      map->setLoc(FusedLoc::get(&getContext(), locations));
    }
  }
};

} // namespace
} // namespace llmc::passes
