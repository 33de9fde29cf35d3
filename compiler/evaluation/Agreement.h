// How far an output of a model is from that of another, over all samples that both were run on.
#ifndef LLMC_COMPILER_EVALUATION_AGREEMENT_H
#define LLMC_COMPILER_EVALUATION_AGREEMENT_H

#include "compiler/evaluation/Metrics.h"
#include "llmc/llmc.h"
#include <optional>
#include <vector>

namespace llmc::evaluation {

class Agreement {
public:
  explicit Agreement(std::string output) : output(std::move(output)) {}

  /// The next samples: both tensors have the same sizes and type. Rows count where `counted` says so, or all where it
  /// is empty.
  void add(const llmc_tensor &got, const llmc_tensor &want, const std::vector<bool> &counted);

  llvm::StringRef name() const { return output; }
  uint64_t rowCount() const { return rows; }
  /// Rows that are finite where they are wanted, and are not so here.
  uint64_t brokenRows() const { return broken; }
  /// Rows that are not finite as they are wanted; no metric counts them.
  uint64_t boundlessRows() const { return boundless; }

  /// Nothing where the metric says nothing of such an output; NaN where rows are broken.
  std::optional<double> value(Metric metric) const;
  /// Share of elements that are equal: what can be said of whole numbers.
  double equalShare() const { return elements ? double(equal) / double(elements) : 1; }
  bool hasFloats() const { return floats; }

private:
  void addRow(llvm::ArrayRef<double> got, llvm::ArrayRef<double> want);
  void addRanks(llvm::ArrayRef<double> got, llvm::ArrayRef<double> want);
  void endSample();
  double neighbours() const;

  std::string output;
  bool floats = true;
  size_t width = 0; // of a row
  uint64_t rows = 0, broken = 0, boundless = 0, elements = 0, equal = 0;
  double cosines = 0, leastCosine = 1, noise = 0, signal = 0, largest = 0, firsts = 0, fives = 0;
  std::vector<double> gotSum, wantSum; // of the rows of a sample
  bool sampleHasRows = false;
  double pooledCosines = 0;
  uint64_t samples = 0;
  std::vector<float> gotMeans, wantMeans; // directions of the means of the first samples
};

/// The worst of what outputs have for a metric; nothing where none has anything.
std::optional<double> worstOf(llvm::ArrayRef<Agreement> agreements, Metric metric);
/// The same for the metric of a budget; a UsageError where none has it.
llvm::Expected<double> worstFor(const Budget &budget, llvm::ArrayRef<Agreement> agreements);

} // namespace llmc::evaluation

#endif
