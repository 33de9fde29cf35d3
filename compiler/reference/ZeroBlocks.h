// Where matrices hold nothing but zeros.
#ifndef LLMC_COMPILER_REFERENCE_ZEROBLOCKS_H
#define LLMC_COMPILER_REFERENCE_ZEROBLOCKS_H

#include "compiler/reference/Tensor.h"

namespace llmc::reference {

/// The numbers, ascending, of the blocks of `group` rows that hold anything else, in the panel of so many columns that
/// begins at `firstColumn`.
std::vector<int64_t> blocksWithNumbers(const Tensor &matrix, int64_t firstColumn, int64_t panel, int64_t group);

/// How many these are in the panel that has most of them.
int64_t mostBlocksWithNumbers(const Tensor &matrix, int64_t panel, int64_t group);

} // namespace llmc::reference

#endif
