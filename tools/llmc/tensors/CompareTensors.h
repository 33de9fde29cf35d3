// How far a tensor is from the one that was expected.
#ifndef LLMC_TOOLS_LLMC_TENSORS_COMPARETENSORS_H
#define LLMC_TOOLS_LLMC_TENSORS_COMPARETENSORS_H

#include "tools/llmc/tensors/HostTensor.h"

namespace llmc::tools {

// An element is within when |got - want| <= absolute + relative * |want|. Equal infinities and two
// NaNs are within; a NaN or infinity against anything else is not.
struct Tolerance {
  double absolute = 0, relative = 0;
};

struct Comparison {
  uint64_t elements = 0;
  uint64_t mismatches = 0; // elements that are not within the tolerance
  uint64_t worst = 0; // row-major index of the element furthest beyond or nearest the tolerance
  double got = 0, want = 0; // the values there
  double maxAbsolute = 0;   // over finite differences
  double maxRelative = 0;   // |got - want| / |want|, over finite differences with want != 0
  double cosine = 1;        // of the finite elements; 1 where both are all zeros
  uint64_t nonFinite = 0;   // mismatches because of a NaN or infinity on one side

  bool within() const { return mismatches == 0; }

  // One line for people: "3 of 512 differ, worst at 17: 0.5 instead of 0.25 (...)".
  std::string text() const;
};

// Compares values; element types may differ, shapes may not (that is the error). 64-bit integers
// are told apart exactly.
llvm::Expected<Comparison> compareTensors(const HostTensor &got, const HostTensor &want,
                                          Tolerance tolerance);

} // namespace llmc::tools
#endif
