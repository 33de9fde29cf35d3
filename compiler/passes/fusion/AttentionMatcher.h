// Finds the products and maps around a softmax that make it attention, however an exporter spells it.
#ifndef LLMC_COMPILER_PASSES_FUSION_ATTENTIONMATCHER_H
#define LLMC_COMPILER_PASSES_FUSION_ATTENTIONMATCHER_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"

namespace llmc::passes {

/// A map on the way from the product of queries and keys to the softmax.
struct ScoreMap {
  ir::MapOp map;
  unsigned score; // the operand that holds the scores
};

/// softmax(maps(query · rhs)) · value. Scores may have their batch axes under other sizes before a map, and before the
/// second product: `sizes` are those that the softmax has.
struct AttentionMatch {
  ir::MatmulOp scores;
  llvm::SmallVector<ScoreMap> maps; // in the order of the data
  ir::SoftmaxOp softmax;
  bool guarded = false; // weights that are NaN are replaced by 0
  ir::MatmulOp weighed;
  ir::DimVector sizes;
};

/// What it finds, or nothing, and then `why`.
std::optional<AttentionMatch> matchAttention(ir::SoftmaxOp softmax, ir::DimAnalysis &analysis, std::string &why);

} // namespace llmc::passes

#endif
