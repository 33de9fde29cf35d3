// Checks that every value of a graph is defined once and before its use, and brings the nodes into
// such an order.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_GRAPHORDER_H
#define LLMC_COMPILER_FRONTEND_ONNX_GRAPHORDER_H

#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "llvm/Support/Error.h"

namespace onnx {
class GraphProto;
}

namespace llmc::frontend {

/// Sorts the nodes of `graph` and of all graphs nested in it so that each follows those it depends
/// on; nodes that are in order already stay where they are. Refuses names defined twice in a graph,
/// uses of names that nothing defines, and cycles. A name of a nested graph may hide one of an
/// outer graph.
llvm::Error orderNodes(onnx::GraphProto &graph, const OnnxReporter &reporter);

} // namespace llmc::frontend

#endif
