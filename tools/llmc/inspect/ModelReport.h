// What can be told about a model without running it.
#ifndef LLMC_TOOLS_LLMC_INSPECT_MODELREPORT_H
#define LLMC_TOOLS_LLMC_INSPECT_MODELREPORT_H

#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/Decisions.h"
#include "compiler/pipeline/Compilation.h"
#include "tools/llmc/ModelInputs.h"
#include "llvm/Support/JSON.h"

namespace llmc::tools {

struct KernelReport {
  std::string function, anchor; // a function is empty before code generation
  std::vector<std::string> operations, nodes;
  std::optional<ir::DimExpr> flops, traffic; // nothing where an older manifest does not tell
  std::vector<ir::Explanation> decisions;    // the same
  std::optional<ir::DimExpr> byteOps;        // products of bytes, 2 each; the same
  std::optional<ir::DimExpr> halfFlops;      // of the FLOPs, those of products of bf16; the same
};

/// Code for some sizes, or for all.
struct VariantReport {
  std::string dims; // "batch=1, seq=128"; empty: all
  size_t firstKernel = 0, kernelCount = 0;
  std::vector<ir::ArenaSlot> arena;
};

/// What pruning left, between these nodes, or without those of whole layers.
struct RemovalReport {
  std::string kind;
  int64_t left = 0, all = 0;
  std::vector<std::string> nodes;
  std::string why;
};

struct ModelReport {
  std::string name;
  std::string source; // how the numbers were got, for people
  std::string compiler, cpu;
  std::vector<std::string> levels; // of a compiled model: the CPU levels that it has code for; `cpu` is in use here
  uint64_t weightsDigest = 0;
  ir::SizeRules sizes;
  std::vector<TensorDeclaration> inputs, outputs;
  std::vector<codegen::StateFacts> states;
  std::vector<RemovalReport> removals;                     // of a compiled model
  std::vector<std::pair<std::string, int64_t>> operations; // of the imported graph, by kind, most frequent first
  std::optional<int64_t> parameters;                       // elements of the imported weights
  int64_t weightsBytes = 0;                                // as the artefact holds them
  std::vector<VariantReport> variants;                     // the first is for all sizes
  size_t variant = 0;                                      // that kernels and arena are of
  std::vector<ir::ArenaSlot> arena;
  std::vector<KernelReport> kernels;

  /// Kernels and arena become those of a variant, where they are those of all.
  void choose(size_t variant);

  /// Sums over the kernels; nothing where one is unknown.
  std::optional<ir::DimExpr> flops() const { return sum(&KernelReport::flops); }
  std::optional<ir::DimExpr> byteOps() const { return sum(&KernelReport::byteOps); }
  std::optional<ir::DimExpr> halfFlops() const { return sum(&KernelReport::halfFlops); }
  std::optional<ir::DimExpr> traffic() const { return sum(&KernelReport::traffic); }

private:
  std::optional<ir::DimExpr> sum(std::optional<ir::DimExpr> KernelReport::*field) const;
};

/// What a manifest says of the kernels.
std::vector<KernelReport> kernelsIn(const llvm::json::Object &manifest);
/// What pruning took, as a manifest lists it.
std::vector<RemovalReport> removalsIn(const llvm::json::Object &manifest);
/// Imports a model and runs the passes; generates no code.
llvm::Expected<ModelReport> inspectModel(const std::string &path, const pipeline::CompileOptions &options);
/// Reads the manifest of a compiled model, and opens it for what the library says itself. Kernels are those of all
/// variants.
llvm::Expected<ModelReport> inspectArtefact(const std::string &folder);

} // namespace llmc::tools

#endif
