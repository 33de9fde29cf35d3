// The layers of a model with its kernels: what is a product of a weight, how it is computed, and what it weighs.
#ifndef LLMC_COMPILER_REPORT_LAYERS_H
#define LLMC_COMPILER_REPORT_LAYERS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/pipeline/Compilation.h"
#include "compiler/report/Facts.h"

namespace llmc::report {

struct ModelLayers {
  std::vector<Layer> list;   // nodes, kind, precision, weight, shape, bytes, pruning and decisions, in program order
  std::vector<int> ofKernel; // by kernels: the layer that it belongs to; -1: none
  uint64_t weightBytes = 0, otherBytes = 0;

  /// The layer that one of the nodes is of; null: there is none.
  const Layer *find(llvm::ArrayRef<std::string> nodes) const;
};

/// Whether a node is in both lists.
bool haveCommonNode(llvm::ArrayRef<std::string> some, llvm::ArrayRef<std::string> others);

/// Of a layer of a module; both are null where it has none.
struct LayerWeight {
  ir::WeightOp inModel; // where recipes begin
  ir::WeightOp stored;  // what the product reads
};

/// The layers of the function for all sizes. Needs the kernels. `weights`, if there, gets one entry a layer.
ModelLayers layersOf(pipeline::Compilation &compilation, std::vector<LayerWeight> *weights = nullptr);

} // namespace llmc::report

#endif
