// The sizes of every tensor of a function as formulas over the dim symbols of its arguments.
//
// Arguments carry their sizes as `llmc.dims = ["batch", "seq", "64"]`; ranges of symbols, where known, stand on the
// function as `llmc.ranges = {batch = [1, 8]}`. What depends on the data of a tensor is an opaque symbol "#n".
#ifndef LLMC_COMPILER_IR_DIMANALYSIS_H
#define LLMC_COMPILER_IR_DIMANALYSIS_H

#include "compiler/ir/DimOracle.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/ADT/DenseMap.h"

namespace llmc::ir {

inline constexpr llvm::StringLiteral kNameAttr = "llmc.name";     // of arguments and results: the model's own name
inline constexpr llvm::StringLiteral kDimsAttr = "llmc.dims";     // of arguments: formulas of the sizes
inline constexpr llvm::StringLiteral kRangesAttr = "llmc.ranges"; // of functions: symbol -> [least, most]
inline constexpr llvm::StringLiteral kDtypeAttr = "llmc.dtype";   // of arguments and results: ONNX's element type

/// The model's own name of an input or output of its function; "input_N" or "output_N" where it has none.
std::string inputName(mlir::func::FuncOp function, unsigned index);
std::string outputName(mlir::func::FuncOp function, unsigned index);

class DimAnalysis : public DimOracle {
public:
  /// A relation that the run must satisfy because of `op`.
  struct Requirement {
    DimRelation relation;
    DimExpr a, b;
    std::string what;
    mlir::Operation *op;
  };

  explicit DimAnalysis(mlir::func::FuncOp function);

  DimVector dims(mlir::Value tensor) override;
  DimExpr value(mlir::Value index) override;
  llvm::LogicalResult require(DimRelation relation, const DimExpr &a, const DimExpr &b,
                              const llvm::Twine &what) override;
  llvm::LogicalResult fail(const llvm::Twine &message) override;

  /// False after a shape function failed; its message has been emitted.
  bool isValid() const { return valid; }
  /// What can't be decided at compile time, in program order; also in branches that a run may not take.
  llvm::ArrayRef<Requirement> requirements() const { return collected; }
  /// Erases an operation of the function and what is known of its results. Operations that passes add are analysed when
  /// they are first asked for; without this, one of them might be taken for an erased one at the same address.
  void erase(mlir::Operation *op);
  /// Reads a formula and gives its symbols their ranges.
  DimExpr parse(llvm::StringRef text) const;
  /// Formulas with opaque symbols depend on data.
  static bool dependsOnData(const DimExpr &expr);

private:
  void addArguments(mlir::func::FuncOp function);
  void visit(mlir::Region &region);
  void visit(mlir::Operation *op);
  void visitBranches(mlir::RegionBranchOpInterface op);
  bool visitLate(mlir::Operation *op);
  DimExpr visitIndex(mlir::Operation *op);
  bool isNever(mlir::arith::AndIOp op);
  bool isMultiple(mlir::Value count, const DimExpr &size);
  DimExpr selectValue(mlir::Value condition, const DimExpr &yes, const DimExpr &no);
  DimExpr opaque();

  llvm::DenseMap<mlir::Value, DimVector> tensorDims;
  llvm::DenseMap<mlir::Value, DimExpr> indexValues;
  mlir::DictionaryAttr ranges;
  std::vector<Requirement> collected;
  mlir::Operation *current = nullptr;
  int opaqueCount = 0;
  bool valid = true;
};

} // namespace llmc::ir

#endif
