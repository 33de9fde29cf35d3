// Both sides keep row-major little-endian bytes, a bool in one byte, so that nothing needs converting.
#include "tools/llmc/compare/ReferenceTensors.h"
#include "compiler/codegen/artefact/ModelInterface.h"
#include "compiler/ir/ElementTypes.h"
#include "tools/llmc/tensors/ElementType.h"
#include "llvm/ADT/STLExtras.h"

namespace llmc::tools {

std::vector<TensorDeclaration> inputsOf(mlir::func::FuncOp function) {
  ir::DimAnalysis dims(function);
  codegen::ModelFacts facts;
  codegen::describeInterface(function, dims, facts);
  return facts.inputs;
}

llvm::Expected<reference::Tensor> toReference(const HostTensor &tensor, mlir::Type elementType) {
  const ElementType *type = findElementType(tensor.dtype);
  bool isFloat = llvm::isa<mlir::FloatType>(elementType);
  if (!type || type->bits != ir::elementBits(elementType) || (type->kind == ElementType::Float) != isFloat) {
    std::string wanted;
    llvm::raw_string_ostream(wanted) << elementType;
    return llvm::createStringError("is " + tensor.typeText() + ", but elements of type " + wanted + " are expected");
  }
  llvm::ArrayRef<char> data(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
  return reference::Tensor::borrow(elementType, tensor.shape, data);
}

llvm::Expected<std::vector<reference::Tensor>> inputsFor(mlir::func::FuncOp function,
                                                         llvm::ArrayRef<HostTensor> tensors) {
  std::vector<reference::Tensor> inputs;
  for (auto [index, tensor] : llvm::enumerate(tensors)) {
    auto type = llvm::cast<mlir::RankedTensorType>(function.getArgument(index).getType());
    auto input = toReference(tensor, type.getElementType());
    if (!input)
      return llvm::createStringError("input \"" + ir::inputName(function, index) + "\" " +
                                     llvm::toString(input.takeError()));
    inputs.push_back(std::move(*input));
  }
  return inputs;
}

} // namespace llmc::tools
