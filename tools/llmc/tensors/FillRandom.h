// Random contents for inputs that nobody supplied. The same seed, type and shape give the same
// bytes on every machine.
#ifndef LLMC_TOOLS_LLMC_TENSORS_FILLRANDOM_H
#define LLMC_TOOLS_LLMC_TENSORS_FILLRANDOM_H

#include "tools/llmc/tensors/HostTensor.h"

namespace llmc::tools {

// Values lie in [low, high): floats evenly spread, integers whole.
struct RandomRange {
  double low, high;
};

// Floats in [-1, 1), integers in [0, 2), which serve as token types, masks and indices alike.
RandomRange defaultRandomRange(uint32_t dtype);

// Overwrites all elements. Booleans are true or false with equal chance, whatever the range.
void fillRandom(HostTensor &tensor, uint64_t seed, RandomRange range);

} // namespace llmc::tools
#endif
