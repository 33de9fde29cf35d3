// A kernel means what its region says.
#include "compiler/reference/Evaluation.h"

namespace llmc {
using namespace reference;

llvm::Error ir::KernelOp::evaluate(Evaluation &evaluation) {
  auto results = runBlock(getBody().front(), evaluation.operands, evaluation.session);
  if (!results)
    return results.takeError();
  evaluation.results = std::move(*results);
  return llvm::Error::success();
}

llvm::Error ir::YieldOp::evaluate(Evaluation &evaluation) {
  return evaluation.fail("must be the last operation of its block");
}

} // namespace llmc
