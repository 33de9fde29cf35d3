#ifndef LLMC_IR_INTERFACES
#define LLMC_IR_INTERFACES

include "mlir/IR/OpBase.td"

def Llmc_InferDimsInterface : OpInterface<"InferDimsInterface"> {
  let cppNamespace = "::llmc::ir";
  let description = [{
    Gives the sizes of the results as formulas over the sizes of the operands. One function serves static type inference
    and symbolic shape analysis: only the oracle that answers for the operands differs.
  }];
  let methods = [
    InterfaceMethod<"Appends the sizes of each result. Fails, after a message through the oracle, when operands do not fit.",
      "::llvm::LogicalResult", "inferDims",
      (ins "::llmc::ir::DimOracle &":$oracle, "::llvm::SmallVectorImpl<::llmc::ir::DimVector> &":$dims)>
  ];
}

def Llmc_EvaluateInterface : OpInterface<"EvaluateInterface"> {
  let cppNamespace = "::llmc::ir";
  let description = [{
    What an operation means. The reference interpreter calls it, so that the operation is judged, and judges what passes
    make of it. Operations of llmc define it in compiler/reference/ops, those of plugins wherever they like. An operation
    that also implements InferDimsInterface finds room for its result.
  }];
  let methods = [
    InterfaceMethod<"Computes `evaluation.result` from `evaluation.operands`; see compiler/reference/Evaluation.h.",
      "::llvm::Error", "evaluate", (ins "::llmc::reference::Evaluation &":$evaluation)>
  ];
}

def Llmc_AnchorInterface : OpInterface<"AnchorInterface"> {
  let cppNamespace = "::llmc::ir";
  let description = [{
    An operation with loops of its own: a kernel is built around it, and what stands before and behind it joins. Passes ask
    these questions instead of knowing the operations; each has its answers in its family's file in compiler/ir/ops, and
    its loops in each backend. What is missing does not link.
  }];
  let methods = [
    InterfaceMethod<"Which loops it takes.", "::llmc::ir::AnchorKind", "getAnchorKind">,
    InterfaceMethod<"What reports count it as; empty when they do not.", "::llvm::StringRef", "getTitle">,
    InterfaceMethod<"Float operations, by the rules of compiler/ir/Cost.h.",
      "::llmc::ir::DimExpr", "flops", (ins "::llmc::ir::DimAnalysis &":$dims)>,
    InterfaceMethod<"How its loops read an operand.",
      "::llmc::ir::Reading", "getReading", (ins "::mlir::OpOperand &":$operand)>,
    InterfaceMethod<"Whether the loops are done with an element of an operand when they store the element of the result at its "
                    "place, except for reading it there once more for other results.",
      "bool", "keepsPosition", (ins "::mlir::OpOperand &":$operand)>,
    InterfaceMethod<"Another form of the result, in which loops take it, built from operations; null where the anchor has "
                    "that form.",
      "::mlir::Value", "normalize", (ins "::mlir::OpBuilder &":$builder, "::llmc::ir::DimAnalysis &":$dims)>
  ];
}

def Llmc_MovementInterface : OpInterface<"MovementInterface"> {
  let cppNamespace = "::llmc::ir";
  let description = [{
    An operation that says where elements come from and computes nothing: in a kernel it is arithmetic on positions.
  }];
  let methods = [
    InterfaceMethod<"How reading the whole result reads an operand.",
      "::llmc::ir::Reading", "getReading", (ins "::mlir::OpOperand &":$operand)>,
    InterfaceMethod<"Whether the last axis of the result runs along the last axis of the operand, element by element.",
      "bool", "keepsRows", (ins "::llmc::ir::DimAnalysis &":$dims)>,
    InterfaceMethod<"Whether no more of an operand is read than the result has elements, however large it is.",
      "bool", "picks", (ins "::mlir::OpOperand &":$operand)>
  ];
}

def Llmc_MixedSizesInterface : OpInterface<"MixedSizesInterface"> {
  let cppNamespace = "::llmc::ir";
  let description = [{
    An operation with lists of sizes, offsets or widths, each entry of which is a constant or, where that is
    `ShapedType::kDynamic`, the next operand of the list.
  }];
  let methods = [
    InterfaceMethod<"Calls `visit` with the operands and the name of the constants of each list. It may change both.",
      "void", "forEachMixedList",
      (ins "::llvm::function_ref<void(::mlir::MutableOperandRange, ::mlir::StringAttr)>":$visit)>
  ];
}

#endif
