// An operation with two results, as a dialect outside of llmc may have it.
#ifndef LLMC_TEST_UNIT_IR_HALVESOP_H
#define LLMC_TEST_UNIT_IR_HALVESOP_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/reference/Evaluation.h"

namespace llmc::test {

/// The first `size / 2` elements of a vector, and the rest.
class HalvesOp
    : public mlir::Op<HalvesOp, mlir::OpTrait::OneOperand, mlir::OpTrait::NResults<2>::Impl, mlir::OpTrait::ZeroRegions,
                      ir::InferDimsInterface::Trait, ir::EvaluateInterface::Trait> {
public:
  using Op::Op;
  static llvm::StringRef getOperationName() { return "test.halves"; }
  static llvm::ArrayRef<llvm::StringRef> getAttributeNames() { return {}; }

  llvm::LogicalResult inferDims(ir::DimOracle &oracle, llvm::SmallVectorImpl<ir::DimVector> &dims) {
    ir::DimExpr size = oracle.dims(getOperand()).front(), half = ir::DimExpr::floorDiv(size, 2);
    dims.push_back({half});
    dims.push_back({size - half});
    return llvm::success();
  }
  llvm::Error evaluate(reference::Evaluation &evaluation) {
    auto given = evaluation.operands.front().values<float>();
    for (reference::Tensor &result : evaluation.results) {
      llvm::copy(given.take_front(result.elementCount()), result.mutableValues<float>().begin());
      given = given.drop_front(result.elementCount());
    }
    return llvm::Error::success();
  }
};

class HalvesDialect : public mlir::Dialect {
public:
  explicit HalvesDialect(mlir::MLIRContext *context)
      : Dialect(getDialectNamespace(), context, mlir::TypeID::get<HalvesDialect>()) {
    addOperations<HalvesOp>();
  }
  static llvm::StringRef getDialectNamespace() { return "test"; }
};

/// One half in each result.
inline constexpr char halvesText[] = R"(
  func.func @f(%x: tensor<?xf32> {llmc.dims = ["n"]}) -> (tensor<?xf32>, tensor<?xf32>) {
    %0:2 = "test.halves"(%x) : (tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>)
    return %0#0, %0#1 : tensor<?xf32>, tensor<?xf32>
  })";

} // namespace llmc::test

#endif
