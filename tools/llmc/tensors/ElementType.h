// What tools need of element types besides their table: names, conversion to and from double.
#ifndef LLMC_TOOLS_LLMC_TENSORS_ELEMENTTYPE_H
#define LLMC_TOOLS_LLMC_TENSORS_ELEMENTTYPE_H

#include "llmc/element_types.h"
#include "llvm/ADT/StringRef.h"

namespace llmc::tools {

using llmc::ElementType;
using llmc::elementTypes;
using llmc::findElementType;

// Null for an unknown name.
const ElementType *findElementType(llvm::StringRef name);

// The element at `data` as a double: exact but for 64-bit integers beyond 2^53.
double loadElement(uint32_t dtype, const uint8_t *data);

// Stores the nearest value of the type: floats round to nearest even, integers truncate and
// saturate, NaN becomes integer 0.
void storeElement(uint32_t dtype, double value, uint8_t *data);

} // namespace llmc::tools
#endif
