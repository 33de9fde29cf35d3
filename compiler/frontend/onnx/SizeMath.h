// Arithmetic on sizes while importing. Everything that is known folds at once, so models with static shapes leave no
// arithmetic behind; the rest is index operations that the shape passes turn into formulas.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_SIZEMATH_H
#define LLMC_COMPILER_FRONTEND_ONNX_SIZEMATH_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace llmc::frontend {

/// Index values, one an axis.
using Sizes = llvm::SmallVector<mlir::Value, 4>;

/// A list of sizes in the form in which operations of the dialect take it.
struct MixedSizes {
  explicit MixedSizes(llvm::ArrayRef<mlir::Value> sizes);

  llvm::SmallVector<mlir::Value, 4> dynamic;
  llvm::SmallVector<int64_t, 4> constants; ///< kDynamic where `dynamic` has the value
};

/// The value of an index or integer if it is known.
std::optional<int64_t> constantOf(mlir::Value scalar);

/// Element `position`, counted row by row, of an integer tensor if it is known: sees through the operations with which
/// exporters put shapes together.
std::optional<int64_t> constantElement(mlir::Value tensor, int64_t position);

/// All elements of an integer tensor if they are known.
std::optional<llvm::SmallVector<int64_t>> constantElements(mlir::Value tensor);

class SizeMath {
public:
  explicit SizeMath(mlir::ImplicitLocOpBuilder &builder) : builder(builder) {}

  mlir::Value constant(int64_t value);
  mlir::Value dim(mlir::Value tensor, int64_t axis);
  Sizes dims(mlir::Value tensor);
  /// Element `position` of an integer tensor of rank 0 or 1.
  mlir::Value element(mlir::Value tensor, int64_t position);

  /// Known results beyond 64 bits end where those do: larger than any tensor, so they are refused.
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value min(mlir::Value a, mlir::Value b) { return builder.createOrFold<mlir::arith::MinSIOp>(a, b); }
  mlir::Value max(mlir::Value a, mlir::Value b) { return builder.createOrFold<mlir::arith::MaxSIOp>(a, b); }
  mlir::Value floorDiv(mlir::Value a, mlir::Value b) { return builder.createOrFold<mlir::arith::FloorDivSIOp>(a, b); }
  /// How many steps it takes from `begin` to reach or pass `end`; 0 where that lies behind.
  mlir::Value countOfSteps(mlir::Value begin, mlir::Value end, mlir::Value step);
  mlir::Value sum(llvm::ArrayRef<mlir::Value> sizes);
  mlir::Value product(llvm::ArrayRef<mlir::Value> sizes);
  /// Whether `a predicate b`, as an i1.
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value a, int64_t b);
  /// `yes` where `a predicate b`, else `no`.
  mlir::Value select(mlir::arith::CmpIPredicate predicate, mlir::Value a, int64_t b, mlir::Value yes, mlir::Value no);

private:
  mlir::ImplicitLocOpBuilder &builder;
};

} // namespace llmc::frontend

#endif
