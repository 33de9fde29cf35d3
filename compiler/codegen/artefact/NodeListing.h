// NAME.nodes.txt, one line for each node of the model: what debug lines take for the source of the code.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_NODELISTING_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_NODELISTING_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/ir/Provenance.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::codegen {

inline constexpr char kNodesExtension[] = ".nodes.txt";

class NodeListing {
public:
  /// `nodes` in the order of the model. What else kernels of the planned model are named after gets lines behind them.
  NodeListing(llvm::StringRef name, llvm::ArrayRef<ir::ModelNode> nodes, llvm::ArrayRef<mlir::func::FuncOp> variants);

  std::string fileName() const { return name + kNodesExtension; }
  /// The line of the last node that a location names: the one whose result it stands for. 0 where it names none.
  unsigned lineOf(mlir::Location location) const;
  /// Node, operator, and the functions of the kernels that compute it, of a model that has been lowered.
  std::string text(llvm::ArrayRef<mlir::func::FuncOp> variants, const ModelFacts &facts) const;

private:
  void add(ir::ModelNode node);

  std::string name; // of the artefact
  std::vector<ir::ModelNode> nodes;
  llvm::StringMap<unsigned> lines; // by the name of the node
};

} // namespace llmc::codegen

#endif
