// Which bytes a tensor can hold.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_BYTERANGE_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_BYTERANGE_H

#include "mlir/IR/Value.h"
#include "mlir/Interfaces/InferIntRangeInterface.h"

namespace llmc::passes {

/// The elements of an integer tensor lie within this, as constants, masks and clamps on its way prove.
mlir::ConstantIntRanges rangeOf(mlir::Value tensor);

} // namespace llmc::passes

#endif
