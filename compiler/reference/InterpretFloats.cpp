#include "compiler/reference/InterpretFloats.h"
#include "compiler/reference/ApiTensors.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/reference/NarrowCaches.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;

namespace llmc::reference {

llvm::Expected<std::vector<Tensor>> interpretFloats(func::FuncOp function, ArrayRef<Tensor> inputs,
                                                    ir::WeightStore &weights) {
  NarrowCaches caches(ir::readCaches(function));
  SmallVector<llmc_tensor> given = llvm::map_to_vector(inputs, viewOf);
  if (!caches.areFloats(given))
    return interpret(function, inputs, weights);
  std::vector<Tensor> values;
  for (auto [value, type] : llvm::zip_equal(caches.inputsFor(given), function.getArgumentTypes())) {
    auto tensor = copyOf(value, cast<RankedTensorType>(type).getElementType());
    if (!tensor)
      return tensor.takeError();
    values.push_back(std::move(*tensor));
  }
  auto results = interpret(function, values, weights);
  if (!results)
    return results;
  std::vector<Type> types;
  for (const Tensor &result : *results)
    types.push_back(result.elementType());
  for (const ir::NarrowCache &cache : caches.list())
    types[cache.output] = inputs[cache.input].elementType();
  std::vector<Tensor> floats;
  for (auto [output, type] : llvm::zip(caches.outputsOf(llvm::map_to_vector(*results, viewOf)), types)) {
    auto tensor = copyOf(output, type);
    if (!tensor)
      return tensor.takeError();
    floats.push_back(std::move(*tensor));
  }
  return floats;
}

} // namespace llmc::reference
