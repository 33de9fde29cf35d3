// What multiplies and adds in a contraction's loop along k: how many rows of k it takes in a step, the form in which it
// wants them, and what its sums look like meanwhile.
#ifndef LLMC_COMPILER_CODEGEN_CPU_VECTORS_DOT_H
#define LLMC_COMPILER_CODEGEN_CPU_VECTORS_DOT_H

#include "compiler/support/TargetSpec.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <memory>
#include <optional>

namespace llmc::codegen::cpu {

class Dot {
public:
  explicit Dot(mlir::VectorType sums) : sums(sums) {}
  virtual ~Dot() = default;

  /// Rows of k in a step.
  virtual int64_t group() const { return 1; }
  /// Of one vector of columns, while the loop runs.
  mlir::VectorType sumType() const { return sums; }
  /// The left side's scalar, or its `group` elements in a vector or a word, as a step takes it for all columns.
  virtual mlir::Value spreadLeft(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value left) const;
  /// A vector of columns of the right side; of `group` rows the elements of a column lie side by side.
  virtual mlir::Value prepareRight(mlir::OpBuilder &, mlir::Location, mlir::Value right) const { return right; }
  virtual mlir::Value step(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value left, mlir::Value right,
                           mlir::Value sum) const = 0;
  /// A lane for each column.
  virtual mlir::Value finish(mlir::OpBuilder &, mlir::Location, mlir::Value sum) const { return sum; }
  /// Sums are short of this times the sum of the left side's row.
  virtual int64_t correction() const { return 0; }
  /// Adds the elements of a vector of the left side to sums, in any order of lanes; only where there is a correction.
  virtual mlir::Value addLeft(mlir::OpBuilder &, mlir::Location, mlir::Value, mlir::Value sum) const { return sum; }

private:
  mlir::VectorType sums;
};

/// One row of k, of elements in the type of the sums.
class MultiplyAdd : public Dot {
public:
  MultiplyAdd(mlir::Type element, int64_t columns) : Dot(mlir::VectorType::get({columns}, element)) {}
  mlir::Value step(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value left, mlir::Value right,
                   mlir::Value sum) const override;
};

/// Two rows of bf16, whose pairs are words of 32 bits on both sides. The second of a pair is multiplied and added
/// first, as the instruction does it.
class HalfPairs : public Dot {
public:
  HalfPairs(mlir::MLIRContext *context, int64_t columns, const TargetSpec &target);
  int64_t group() const override { return 2; }
  mlir::Value spreadLeft(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value left) const override;
  mlir::Value step(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value left, mlir::Value right,
                   mlir::Value sum) const override;

private:
  int64_t columns;
  const TargetSpec &target;
};

/// Which sides of a product of bytes have no sign.
struct Signs {
  bool leftIsUnsigned, rightIsUnsigned;
  bool rightIsSmall = false; // below 128, so that it does not matter
};

/// Four rows of bytes: the fastest that a target has, for vectors of so many columns.
std::unique_ptr<Dot> byteDot(mlir::MLIRContext *context, int64_t columns, Signs signs, const TargetSpec &target);

/// Two rows of the left side at once, of bytes where signs are given, else of bf16, in steps of two words of 32 bits:
/// on the left those of one row before those of the other, on the right the first of all columns before the second.
/// Sums are those of both rows in the end, one after the other, with the bits that the dot of one word and row gives.
std::unique_ptr<Dot> squareDot(mlir::MLIRContext *context, int64_t columns, std::optional<Signs> bytes,
                               const TargetSpec &target);

} // namespace llmc::codegen::cpu

#endif
