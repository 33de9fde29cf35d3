// What a model meets when it is used, in pieces that it can be run on.
#ifndef LLMC_COMPILER_EXECUTION_SAMPLEDATA_H
#define LLMC_COMPILER_EXECUTION_SAMPLEDATA_H

#include "compiler/execution/GivenInput.h"
#include "compiler/ir/SizeRules.h"
#include <vector>

namespace llmc::execution {

/// Where the first axis of all inputs is one dim, and nothing else is said of it, that is a batch: pieces are some
/// positions of it, so that no run takes the memory of all. Else there is one piece. How data are cut follows from
/// their sizes alone.
class SampleData {
public:
  /// Refers to the data of `given`. A UsageError where they don't fit the inputs, are empty, or hold a number that is
  /// not finite; messages call them `shownAs`, "the calibration data" for instance.
  static llvm::Expected<SampleData> create(llvm::ArrayRef<codegen::TensorFacts> inputs, const ir::SizeRules &rules,
                                           llvm::ArrayRef<GivenInput> given, llvm::StringRef shownAs);

  size_t pieceCount() const;
  /// A value for each input, in their order; valid until the next call.
  std::vector<llmc_tensor> piece(size_t index);

private:
  SampleData() = default;
  llvm::Error findBatch(llvm::ArrayRef<codegen::TensorFacts> inputs, const ir::SizeRules &rules,
                        llvm::StringRef shownAs);

  std::vector<llmc_tensor> values;
  int64_t batch = 0, perPiece = 0;        // of the first axis; 0: there is one piece
  std::vector<std::vector<int64_t>> dims; // of the values of a piece
};

} // namespace llmc::execution

#endif
