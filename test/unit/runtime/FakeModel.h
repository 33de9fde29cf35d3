// A model written by hand in the form of compiled code.
//   inputs   x: f32[batch, 4] with batch <= 4096, index: i64[n]
//   outputs  y = x * w : f32[batch, 4],  picked = y[index] : f32[n, 4]
// w is the weights, four floats: 1 2 3 4.
#ifndef LLMC_TEST_UNIT_RUNTIME_FAKEMODEL_H
#define LLMC_TEST_UNIT_RUNTIME_FAKEMODEL_H

#include "llmc/artefact.h"

namespace llmc::test {

constexpr uint64_t fakeDigest = 0x646eb9ab3acb69ddu; // of the weights; WeightsFileTest computes it
extern const float fakeWeights[4];
extern const llmc_image fakeImage;

// Called for each row of kernel 0, on whatever thread works; null for none.
extern void (*fakeRowHook)();

} // namespace llmc::test
#endif
