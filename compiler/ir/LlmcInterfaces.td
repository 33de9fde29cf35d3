#ifndef LLMC_IR_INTERFACES
#define LLMC_IR_INTERFACES

include "mlir/IR/OpBase.td"

def Llmc_InferDimsInterface : OpInterface<"InferDimsInterface"> {
  let cppNamespace = "::llmc::ir";
  let description = [{
    Gives the sizes of the result as formulas over the sizes of the operands. One function serves static type inference
    and symbolic shape analysis: only the oracle that answers for the operands differs.
  }];
  let methods = [
    InterfaceMethod<"Sizes of the only result. Fails, after a message through the oracle, when operands do not fit.",
      "::llvm::LogicalResult", "inferDims",
      (ins "::llmc::ir::DimOracle &":$oracle, "::llmc::ir::DimVector &":$dims)>
  ];
}

def Llmc_EvaluateInterface : OpInterface<"EvaluateInterface"> {
  let cppNamespace = "::llmc::ir";
  let description = [{
    What an operation of another dialect means: plugins implement it. The reference interpreter calls it, so that such an
    operation is judged, and judges what passes make of it, like those of llmc (whose meaning is in compiler/reference).
    The operation also implements InferDimsInterface, by which the result has got its room.
  }];
  let methods = [
    InterfaceMethod<"Computes `evaluation.result` from `evaluation.operands`; see compiler/reference/Evaluation.h.",
      "::llvm::Error", "evaluate", (ins "::llmc::reference::Evaluation &":$evaluation)>
  ];
}

#endif
