/* The element types of tensors. */
#ifndef LLMC_DTYPE_H
#define LLMC_DTYPE_H

/* Element types; the numbers are ONNX's own (TensorProto.DataType). */
enum {
  LLMC_DTYPE_F32 = 1,
  LLMC_DTYPE_U8 = 2,
  LLMC_DTYPE_I8 = 3,
  LLMC_DTYPE_U16 = 4,
  LLMC_DTYPE_I16 = 5,
  LLMC_DTYPE_I32 = 6,
  LLMC_DTYPE_I64 = 7,
  LLMC_DTYPE_BOOL = 9,
  LLMC_DTYPE_F16 = 10,
  LLMC_DTYPE_F64 = 11,
  LLMC_DTYPE_U32 = 12,
  LLMC_DTYPE_U64 = 13,
  LLMC_DTYPE_BF16 = 16
};

#endif
