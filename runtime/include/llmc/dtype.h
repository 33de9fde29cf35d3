/* The element types of tensors. */
#ifndef LLMC_DTYPE_H
#define LLMC_DTYPE_H

/* Element types; the numbers are ONNX's own (TensorProto.DataType). */
enum {
#define LLMC_ELEMENT(name, number, bits, kind, type, text, c_type, npy) LLMC_DTYPE_##name = number,
#include "llmc/element_types.def"
};

#endif
