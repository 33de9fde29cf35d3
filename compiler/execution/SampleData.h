// What a model meets when it is used, in pieces that it can be run on.
#ifndef LLMC_COMPILER_CALIBRATION_CALIBRATIONDATA_H
#define LLMC_COMPILER_CALIBRATION_CALIBRATIONDATA_H

#include "compiler/execution/GivenInput.h"
#include "compiler/ir/SizeRules.h"
#include <vector>

namespace llmc::calibration {

/// Where the first axis of all inputs is one dim, and nothing else is said of it, that is a batch: pieces are some
/// positions of it, so that no run takes the memory of all. Else there is one piece. How data are cut follows from
/// their sizes alone.
class CalibrationData {
public:
  /// Refers to the data of `given`. A UsageError where they don't fit the inputs, are empty, or hold a number that is
  /// not finite.
  static llvm::Expected<CalibrationData> create(llvm::ArrayRef<codegen::TensorFacts> inputs, const ir::SizeRules &rules,
                                                llvm::ArrayRef<execution::GivenInput> given);

  size_t pieceCount() const;
  /// A value for each input, in their order; valid until the next call.
  std::vector<llmc_tensor> piece(size_t index);

private:
  CalibrationData() = default;
  llvm::Error findBatch(llvm::ArrayRef<codegen::TensorFacts> inputs, const ir::SizeRules &rules);

  std::vector<llmc_tensor> values;
  int64_t batch = 0, perPiece = 0;        // of the first axis; 0: there is one piece
  std::vector<std::vector<int64_t>> dims; // of the values of a piece
};

} // namespace llmc::calibration

#endif
