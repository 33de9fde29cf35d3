#include "compiler/api/ReferenceRun.h"
#include "compiler/codegen/artefact/ModelInterface.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/reference/ApiTensors.h"
#include "compiler/support/UsageError.h"

namespace llmc::api {

llvm::Expected<std::unique_ptr<ReferenceRun>> ReferenceRun::create(pipeline::Compilation &compilation,
                                                                   llvm::ArrayRef<GivenInput> inputs) {
  mlir::func::FuncOp function = compilation.function();
  codegen::ModelFacts facts;
  ir::DimAnalysis dims(function);
  codegen::describeInterface(function, dims, facts);
  std::vector<reference::Tensor> tensors;
  for (size_t i = 0; i < facts.inputs.size(); ++i) {
    const codegen::TensorFacts &declared = facts.inputs[i];
    auto value = execution::valueFor(declared, inputs);
    if (!value)
      return value.takeError();
    auto type = llvm::cast<mlir::RankedTensorType>(function.getArgument(i).getType());
    auto tensor = reference::copyOf(*value, type.getElementType());
    if (!tensor)
      return usageError("input \"" + declared.name + "\": " + llvm::toString(tensor.takeError()));
    tensors.push_back(std::move(*tensor));
  }
  auto numerics = pipeline::NumericsVerifier::create(function, std::move(tensors), compilation.weights());
  if (!numerics)
    return numerics.takeError();
  std::unique_ptr<ReferenceRun> run(new ReferenceRun);
  run->numerics = std::move(*numerics);
  for (const codegen::TensorFacts &output : facts.outputs)
    run->names.push_back(output.name);
  for (const reference::Tensor &tensor : run->numerics->outputs())
    run->tensors.push_back(reference::viewOf(tensor));
  return run;
}

llmc_expected_output ReferenceRun::output(size_t index) const {
  const Tolerance &tolerance = numerics->tolerances()[index];
  return {sizeof(llmc_expected_output), names[index].c_str(), &tensors[index], tolerance.absolute, tolerance.relative};
}

} // namespace llmc::api
