// What a compilation is to measure instead of what the model gives.
#ifndef LLMC_COMPILER_PIPELINE_PROBES_H
#define LLMC_COMPILER_PIPELINE_PROBES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace llmc::pipeline {

/// What the results of probes are for: which layers go, what else pruning takes of those that stay, and quantization of
/// what is left then.
enum class ProbesFor { Layers, Pruning, Quantization };

/// What data can be for where such rules are given, each of what is left by the ones before.
llvm::Expected<std::vector<ProbesFor>> purposesOf(llvm::ArrayRef<std::string> pruning,
                                                  llvm::ArrayRef<std::string> quantization);

/// The rest are options of llmc-add-probes.
struct Probes {
  ProbesFor purpose;
  int64_t skip, mostBytes;
};

} // namespace llmc::pipeline

#endif
