// One call of a local function, turned into nodes: names mapped to the caller's, attribute
// references replaced.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_FUNCTIONBODY_H
#define LLMC_COMPILER_FRONTEND_ONNX_FUNCTIONBODY_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace onnx {
class FunctionProto;
class NodeProto;
} // namespace onnx

namespace llmc::frontend {

/// Gives a value name that no other value of the model has, similar to the proposal.
using UniqueNameFn = llvm::function_ref<std::string(llvm::StringRef proposal)>;

/// The nodes that stand for `call`, in the order of the body. Needs no more actual than formal
/// inputs and outputs.
std::vector<onnx::NodeProto> instantiateFunction(const onnx::FunctionProto &function, const onnx::NodeProto &call,
                                                 UniqueNameFn uniqueName);

} // namespace llmc::frontend

#endif
