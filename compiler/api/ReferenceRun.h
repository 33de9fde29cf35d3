// The reference's run of a model on the caller's inputs, before the passes.
#ifndef LLMC_COMPILER_API_REFERENCERUN_H
#define LLMC_COMPILER_API_REFERENCERUN_H

#include "compiler/api/RequestedOptions.h"
#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/pipeline/Compilation.h"
#include "compiler/pipeline/VerifyNumerics.h"

namespace llmc::api {

class ReferenceRun {
public:
  /// Runs the imported model on copies of the inputs. The compilation must outlive the result.
  static llvm::Expected<std::unique_ptr<ReferenceRun>> create(pipeline::Compilation &compilation,
                                                              llvm::ArrayRef<GivenInput> inputs);

  pipeline::NumericsVerifier &verifier() { return *numerics; }
  size_t outputCount() const { return names.size(); }
  /// What output `index` should be; all that it points to lives as long as this object.
  llmc_expected_output output(size_t index) const;

private:
  ReferenceRun() = default;

  std::unique_ptr<pipeline::NumericsVerifier> numerics;
  std::vector<std::string> names;
  std::vector<llmc_tensor> tensors; // views of the outputs
};

} // namespace llmc::api

#endif
