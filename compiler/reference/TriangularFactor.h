// A triangular factor of a symmetric matrix, for equations whose unknowns are the rows of a matrix.
#ifndef LLMC_COMPILER_REFERENCE_TRIANGULARFACTOR_H
#define LLMC_COMPILER_REFERENCE_TRIANGULARFACTOR_H

#include "compiler/reference/ProductUpdate.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <vector>

namespace llmc::reference {

/// H = U^T D U for a positive definite H, where U has ones on its diagonal and zeros above it. All is done by halves,
/// which leaves most of it to products of matrices. No number depends on that of the threads.
class TriangularFactor {
public:
  /// Reads `matrix`, of `rows` rows, on its diagonal and below it. No pivot is below `least` but for rounding.
  TriangularFactor(std::vector<double> matrix, int64_t rows, double least, unsigned threads);

  int64_t rows() const { return count; }

  /// Calls `visit` for the rows 0, 1, 2, ... of a matrix, which it writes, from what it finds there: what it was less
  /// the rows before it, as they were written, each times its element of U.
  void fromTheFirst(MatrixRows<double> matrix, int64_t columns,
                    llvm::function_ref<void(int64_t index, double *row)> visit) const;

  /// V for the B with H V = B, in place.
  void solve(MatrixRows<double> sides, int64_t columns) const;

private:
  const double *row(int64_t i) const { return elements.data() + i * count; }
  double *row(int64_t i) { return elements.data() + i * count; }
  void factorize(int64_t first, int64_t end, double least);
  void takeOut(int64_t first, int64_t middle, int64_t end);
  void fromTheFirst(int64_t first, int64_t end, MatrixRows<double> matrix, int64_t columns,
                    llvm::function_ref<void(int64_t index, double *row)> visit) const;
  void fromTheLast(int64_t first, int64_t end, MatrixRows<double> matrix, int64_t columns) const;

  std::vector<double> elements; // of U, below its diagonal
  std::vector<double> pivots;   // D
  int64_t count;
  unsigned threads;
};

/// Calls `work` for some columns at a time, of so many, on several threads.
void forEachStrip(unsigned threads, int64_t columns, llvm::function_ref<void(int64_t first, int64_t count)> work);

} // namespace llmc::reference

#endif
