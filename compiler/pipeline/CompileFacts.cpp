// The memory plan is judged where all dims are 128, or as near to it as their ranges allow.
#include "compiler/pipeline/CompileFacts.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Pruning.h"
#include "compiler/pipeline/Recognise.h"
#include <algorithm>
#include <map>

namespace json = llvm::json;

namespace llmc::pipeline {

static json::Object memoryFacts(mlir::func::FuncOp function) {
  constexpr int64_t typical = 128;
  ir::DimAnalysis analysis(function);
  ir::ArenaUse use =
      ir::evaluateArena(ir::readArenaPlan(function, analysis), [&](llvm::StringRef name) -> std::optional<int64_t> {
        ir::DimExpr symbol = analysis.parse(name);
        return std::clamp(typical, symbol.least(), symbol.most());
      });
  double ratio = use.lowerBoundBytes ? double(use.arenaBytes) / double(use.lowerBoundBytes) : 1;
  return json::Object{{"alive_at_once_bytes", use.lowerBound.text()}, {"typical_dim", typical}, {"arena_ratio", ratio}};
}

/// The sums of each kind of what was pruned.
static json::Array pruningFacts(mlir::func::FuncOp function) {
  std::map<std::string, std::pair<int64_t, int64_t>> kinds;
  for (const ir::Pruning &removal : ir::removalsOf(function)) {
    kinds[removal.kind].first += removal.left;
    kinds[removal.kind].second += removal.all;
  }
  json::Array sums;
  for (const auto &[kind, sum] : kinds)
    sums.push_back(json::Object{{"kind", kind}, {"left", sum.first}, {"of", sum.second}});
  return sums;
}

json::Object compileFacts(Compilation &compilation, const codegen::ModelFacts &facts, size_t operations) {
  json::Array kinds; // objects of JSON have no order, the kinds have one
  for (const auto &[kind, count] : recognise(compilation.function()))
    kinds.push_back(json::Object{{"kind", kind}, {"count", count}});
  json::Array levels;
  for (const codegen::LevelFacts &level : facts.levels)
    levels.push_back(level.name);
  json::Array variants; // beside the one for all sizes
  for (const codegen::VariantFacts &variant : llvm::drop_begin(facts.variants))
    variants.push_back(json::Object{{"dims", json::fixUTF8(variant.dims)}, {"kernels", variant.kernelCount}});
  json::Array files;
  for (const std::string &file : compilation.files())
    files.push_back(json::fixUTF8(file));
  return json::Object{{"model", facts.name},
                      {"files_read", std::move(files)},
                      {"levels", std::move(levels)},
                      {"operations", static_cast<int64_t>(operations)},
                      {"kernels", facts.variants.front().kernelCount},
                      {"variants", std::move(variants)},
                      {"recognised", std::move(kinds)},
                      {"pruned", pruningFacts(compilation.function())},
                      {"compensated", ir::compensatedWeights(compilation.module())},
                      {"weights_bytes", static_cast<int64_t>(facts.weightsBytes)},
                      {"embedded", facts.embedsWeights},
                      {"memory", memoryFacts(compilation.function())}};
}

} // namespace llmc::pipeline
