// What compare does as a whole, in the steps that compile takes anyway.
#include "tools/llmc/compare/Witness.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/compare/ReferenceTensors.h"

namespace llmc::tools {

llvm::Expected<std::unique_ptr<Witness>> Witness::create(pipeline::Compilation &compilation, InputRequest request) {
  request.random = true;
  std::unique_ptr<Witness> witness(new Witness);
  auto tensors = gatherInputs(inputsOf(compilation.function()), request);
  if (!tensors)
    return tensors.takeError();
  witness->inputs = std::move(*tensors);
  auto converted = inputsFor(compilation.function(), witness->inputs);
  if (!converted)
    return converted.takeError();
  auto created = pipeline::NumericsVerifier::create(compilation.function(), *converted, compilation.weights());
  if (!created)
    return created.takeError();
  witness->verifier = std::move(*created);
  return witness;
}

llvm::Expected<std::vector<OutputResult>> Witness::judgeArtefact(llvm::StringRef folder) const {
  auto model = LoadedModel::open(folder, /*threads=*/0);
  if (!model)
    return model.takeError();
  auto outputs = (*model)->run(inputs);
  return outputs ? judgeOutputs(*outputs, verifier->outputs(), verifier->tolerances()) : outputs.takeError();
}

} // namespace llmc::tools
