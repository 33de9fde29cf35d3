// ONNX's numbers for element types.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_ELEMENTTYPES_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_ELEMENTTYPES_H

#include "mlir/IR/Types.h"
#include <cstdint>

namespace llmc::codegen {

/// The number of an element type; integers count as signed.
uint32_t dtypeOf(mlir::Type elementType);

} // namespace llmc::codegen

#endif
