// A model with two states, written by hand in the form of compiled code. All is f32.
//   inputs   tokens: [batch, n], past.keys: [batch, past, 2], past.values: [past]
//   outputs  total: [batch], keys: [batch, past + n, 2], values: [past + n]
// A token t gives the key (t, 10 t), the tokens of the first batch are values, and total sums all keys of a batch. A
// negative token fails the run, after all has been stored.
#ifndef LLMC_TEST_UNIT_RUNTIME_FAKESTATES_H
#define LLMC_TEST_UNIT_RUNTIME_FAKESTATES_H

#include "llmc/artefact.h"

namespace llmc::test {

extern const llmc_image_table statesImages;

// Called when all has been stored; null for none.
extern void (*storedHook)();

// Positions of past.keys and past.values that runs have copied.
extern int64_t positionsCopied;

} // namespace llmc::test
#endif
