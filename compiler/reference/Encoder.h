// Matrices as codes of a few bits: each number by itself, or so that products stay near.
#ifndef LLMC_COMPILER_REFERENCE_ENCODER_H
#define LLMC_COMPILER_REFERENCE_ENCODER_H

#include "compiler/ir/CodeForm.h"
#include <cstdint>
#include <vector>

namespace llmc::reference {

/// What `llmc.encode` means, on row-major arrays.
class Encoder {
public:
  /// `moments`, the second moments of what the matrix is multiplied with, has a row and a column for each of its rows,
  /// or is empty. Those that are all zero say nothing. No number depends on that of the threads.
  Encoder(std::vector<float> matrix, int64_t rows, ir::CodeForm form, std::vector<float> moments, unsigned threads = 1);

  /// [blocks, columns]; numbers that bf16 has, but where codes have signs.
  const std::vector<float> &scales() const { return scaleOf; }
  /// The same for whole numbers from 0 to the largest code; 0 where codes have none.
  const std::vector<float> &zeros() const { return zeroOf; }
  /// Of each number of the matrix.
  std::vector<uint8_t> codes() const;

private:
  int64_t endOfBlock(int64_t firstRow) const;
  void chooseRanges(int64_t firstRow, int64_t firstColumn, int64_t width);
  void chooseSymmetricRanges(int64_t firstRow, int64_t firstColumn, int64_t width);
  std::vector<uint8_t> nearestCodes() const;
  std::vector<uint8_t> compensatedCodes() const;
  int64_t rangeOf(int64_t row, int64_t column) const { return row / form.block * columns + column; }
  float moment(int64_t row) const { return moments.empty() ? 1 : moments[row * rows + row]; }

  std::vector<float> matrix, moments;
  int64_t rows, columns;
  ir::CodeForm form;
  unsigned threads;
  std::vector<float> scaleOf, zeroOf;
};

} // namespace llmc::reference

#endif
