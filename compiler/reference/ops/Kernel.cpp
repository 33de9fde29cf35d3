// A kernel means what its region says.
#include "compiler/reference/Evaluation.h"

namespace llmc::reference {

llvm::Error evaluateOp(ir::KernelOp op, Evaluation &evaluation) {
  auto results = runBlock(op.getBody().front(), evaluation.operands, evaluation.session);
  if (!results)
    return results.takeError();
  evaluation.results = std::move(*results);
  return llvm::Error::success();
}

llvm::Error evaluateOp(ir::YieldOp, Evaluation &evaluation) {
  return evaluation.fail("must be the last operation of its block");
}

} // namespace llmc::reference
