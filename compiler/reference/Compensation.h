// How errors of rows of a matrix are made up for by rows that are not rounded yet.
#ifndef LLMC_COMPILER_REFERENCE_COMPENSATION_H
#define LLMC_COMPILER_REFERENCE_COMPENSATION_H

#include "compiler/reference/TriangularFactor.h"

namespace llmc::reference {

/// What is added to each of the moments of rows by themselves, a hundredth of their mean: what is seen of a model says
/// only so much, and moments of few rows are singular.
double dampingOf(const std::vector<float> &moments, int64_t rows);

/// For moments H = X^T X, and errors E of a matrix that X is multiplied with, the squares of X E sum up to the trace of
/// E^T H E. With H = U^T D U, where U is triangular with ones on its diagonal, that is the sum of D times the squares
/// of U E: each row of U E holds the error of one row and a mixture of those of other rows, the ones before it. So
/// whoever moves a row against that mixture before rounding it has done the best that can be done.
class Compensation {
public:
  /// A row and a column of `moments` for each of `rows` rows; not all may be zero.
  Compensation(const std::vector<float> &moments, int64_t rows, unsigned threads);

  /// Calls `round` for each row of some columns of a matrix, in the order in which they are to be rounded: those with
  /// large moments first, for whose errors all others can make up. It finds what the numbers of the row are to be moved
  /// by, and leaves their errors in its place.
  void roundRows(int64_t columns, llvm::function_ref<void(int64_t row, double *moves)> round) const;

private:
  std::vector<int64_t> rowAt; // each place
  TriangularFactor factor;
};

} // namespace llmc::reference

#endif
