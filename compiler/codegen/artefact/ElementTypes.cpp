// Maps MLIR's types to ONNX's numbers.
#include "compiler/codegen/artefact/ElementTypes.h"
#include "llmc/dtype.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace llmc::codegen {

uint32_t dtypeOf(Type elementType) {
  if (elementType.isF32())
    return LLMC_DTYPE_F32;
  if (elementType.isF16())
    return LLMC_DTYPE_F16;
  if (elementType.isBF16())
    return LLMC_DTYPE_BF16;
  if (elementType.isF64())
    return LLMC_DTYPE_F64;
  switch (elementType.getIntOrFloatBitWidth()) {
  case 1:
    return LLMC_DTYPE_BOOL;
  case 8:
    return LLMC_DTYPE_I8;
  case 16:
    return LLMC_DTYPE_I16;
  case 32:
    return LLMC_DTYPE_I32;
  default:
    return LLMC_DTYPE_I64;
  }
}

} // namespace llmc::codegen
