// Answers that shape functions ask for: the sizes of operands and the values of index operands. TypeOracle knows only
// types; DimAnalysis knows the whole function.
#ifndef LLMC_COMPILER_IR_DIMORACLE_H
#define LLMC_COMPILER_IR_DIMORACLE_H

#include "compiler/ir/DimExpr.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Value.h"
#include "mlir/IR/ValueRange.h"

namespace llmc::ir {

enum class DimRelation {
  Equal,
  Repeat,    ///< a is b or 1
  Broadcast, ///< they are equal, or one of them is 1
  AtLeast,
};

/// Its spelling in operations: equal, repeat, broadcast or least.
llvm::StringRef nameOf(DimRelation relation);
std::optional<DimRelation> relationNamed(llvm::StringRef name);
bool holds(DimRelation relation, int64_t a, int64_t b);

class DimOracle {
public:
  virtual ~DimOracle() = default;
  virtual DimVector dims(mlir::Value tensor) = 0;
  virtual DimExpr value(mlir::Value index) = 0;
  /// Demands a relation that the run must satisfy. `what` says what the sizes are, for a message. Fails, after a
  /// message, only where the relation can't hold.
  virtual llvm::LogicalResult require(DimRelation relation, const DimExpr &a, const DimExpr &b,
                                      const llvm::Twine &what) = 0;
  /// Reports an error at the operation in question.
  virtual llvm::LogicalResult fail(const llvm::Twine &message) = 0;

  /// Demands equality and leaves the better known of the two in `a`.
  llvm::LogicalResult unify(DimExpr &a, const DimExpr &b, const llvm::Twine &what);
  /// Sizes of an operand list with static and dynamic entries.
  DimVector mixed(mlir::ValueRange dynamic, llvm::ArrayRef<int64_t> constants);

protected:
  /// True when no values of the symbols can satisfy the relation.
  static bool isImpossible(DimRelation relation, const DimExpr &a, const DimExpr &b);
};

/// Knows what types say; every dynamic size is a symbol of its own.
class TypeOracle : public DimOracle {
public:
  explicit TypeOracle(std::optional<mlir::Location> location) : location(location) {}
  DimVector dims(mlir::Value tensor) override;
  DimExpr value(mlir::Value index) override;
  llvm::LogicalResult require(DimRelation relation, const DimExpr &a, const DimExpr &b,
                              const llvm::Twine &what) override;
  llvm::LogicalResult fail(const llvm::Twine &message) override;

private:
  DimExpr fresh() { return DimExpr::symbol("?" + std::to_string(count++)); }

  std::optional<mlir::Location> location;
  int count = 0;
};

/// Result of a shape function.
struct ShapedResult {
  DimVector dims;
  mlir::Type elementType;
  /// Formulas that are no constants become dynamic.
  mlir::RankedTensorType type() const;
};

bool areCompatibleTypes(mlir::TypeRange inferred, mlir::TypeRange declared);

} // namespace llmc::ir

#endif
