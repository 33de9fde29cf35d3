// What was measured of some rows, and of others, as what would have been measured of all of them.
#ifndef LLMC_COMPILER_CALIBRATION_MERGE_H
#define LLMC_COMPILER_CALIBRATION_MERGE_H

#include "compiler/ir/Measurements.h"

namespace llmc::calibration {

/// Adds measurements of more rows with so many columns to `all`, which is empty at first.
void merge(ir::Measure measure, int64_t columns, llvm::ArrayRef<float> more, std::vector<float> &all);

} // namespace llmc::calibration

#endif
