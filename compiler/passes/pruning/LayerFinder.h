// Layers along a residual stream: an attention, or several, and a feed-forward, each of which is added to what it
// reads.
#ifndef LLMC_COMPILER_PASSES_PRUNING_LAYERFINDER_H
#define LLMC_COMPILER_PASSES_PRUNING_LAYERFINDER_H

#include "compiler/ir/DimAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace llmc::passes {

/// A part of a function without which `out` would be `in`, of the same sizes, widened where it is stored in 16 bits.
struct Layer {
  mlir::Value in, out;
  std::vector<std::string> nodes;    // of all that lies between
  std::vector<std::string> products; // those of products and attentions
  std::string why;                   // it can't go; empty where it can
};

/// Those of a function, in the order of the program; none in its branches.
std::vector<Layer> findLayers(mlir::func::FuncOp function, ir::DimAnalysis &dims);

} // namespace llmc::passes

#endif
