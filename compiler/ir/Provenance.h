// Where an operation comes from: the ONNX nodes that its location names. Locations are fused through every pass.
#ifndef LLMC_COMPILER_IR_PROVENANCE_H
#define LLMC_COMPILER_IR_PROVENANCE_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/Operation.h"
#include <string>
#include <vector>

namespace llmc::ir {

/// A node of the imported model, by the name that locations have for it.
struct ModelNode {
  std::string name, operation;
};

/// The names of the nodes, each once, in the order of the location.
std::vector<std::string> nodesOf(mlir::Location location);
/// The same in one text, shortened to the first few: `"attn_3", "attn_4" and 7 more`.
std::string describeNodes(mlir::Location location);

/// The first few, for a reader who puts quotes around: `attn_3", "attn_4`.
std::string listNodes(mlir::Location location);

/// Where `last` and all that lies between `inputs` and its operands `operands` come from, in the order of the data:
/// what one operation that replaces all of it stands for.
mlir::Location locationBetween(mlir::ValueRange inputs, mlir::ValueRange operands, mlir::Operation *last);

} // namespace llmc::ir

#endif
