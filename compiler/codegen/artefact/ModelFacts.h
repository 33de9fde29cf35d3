// What an artefact says about its model: everything of the image that is data, not code.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_MODELFACTS_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_MODELFACTS_H

#include "compiler/ir/Caches.h"
#include "compiler/ir/SizeRules.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace llmc::codegen {

struct TensorFacts {
  std::string name;
  uint32_t dtype;
  std::vector<int64_t> dims; // -1 where a formula
  std::vector<std::string> dimTexts;
};

/// Fields of llmc_image_state.
struct StateFacts {
  uint32_t input, output, axis;
  bool operator==(const StateFacts &other) const {
    return input == other.input && output == other.output && axis == other.axis;
  }
};

struct CheckFacts {
  std::string text, node;
};

/// Where a kernel's result lies and how large it is: fields of llmc_image_result.
struct ResultFacts {
  uint32_t dtype, rank;
  uint32_t dims;   // first of the words that hold its sizes
  int32_t output;  // -1: in the arena
  uint32_t offset; // the word that holds its offset there
};

struct KernelFacts {
  std::string name, nodes;
  std::vector<ResultFacts> results;
};

/// A variant of the model's code: fields of llmc_image_variant.
struct VariantFacts {
  std::string dims;
  uint32_t firstKernel, kernelCount;
};

/// A CPU level that the artefact has code for.
struct LevelFacts {
  std::string name;
  uint64_t cpuFeatures; // bits of LLMC_CPU_*
};

/// What a plugin did to the pipeline.
struct PluginFacts {
  std::string name, version;
  std::vector<std::string> passes;
};

struct ModelFacts {
  std::string name, compiler, triple;
  std::optional<uint64_t> modelDigest;   // XXH64 of the .onnx file, without its external data
  std::vector<std::string> dimChoices;   // "seq=1..512": what the user said
  std::vector<std::string> quantization; // "*=int8": what the user said
  std::vector<PluginFacts> plugins;
  std::vector<LevelFacts> levels; // worst first
  ir::SizeRules sizes;            // of the inputs
  std::vector<TensorFacts> inputs, outputs;
  std::vector<StateFacts> states;
  std::vector<ir::NarrowCache> caches;
  std::vector<CheckFacts> checks;
  std::vector<KernelFacts> kernels;   // of all variants
  std::vector<VariantFacts> variants; // the first is for all sizes
  uint32_t wordCount = 0;             // that bind leaves for run
  uint64_t weightsBytes = 0, weightsDigest = 0;
  bool embedsWeights = false; // they are part of the code, else a file
  std::string nodeListing;    // to which the debug lines of the code refer; empty: it has none
};

} // namespace llmc::codegen

#endif
