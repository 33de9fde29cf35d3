// Runs models on the same samples, and tells how far their outputs are from those of one of them.
#ifndef LLMC_COMPILER_EVALUATION_JUDGE_H
#define LLMC_COMPILER_EVALUATION_JUDGE_H

#include "compiler/evaluation/Agreement.h"
#include "compiler/execution/OpenModel.h"
#include "compiler/execution/SampleData.h"
#include <functional>

namespace llmc::evaluation {

struct JudgeOptions {
  std::string mask; // an input: positions where it is 0 don't count; empty: none
  std::function<bool()> cancelled = [] { return false; };
  std::vector<llmc_tensor> more = {}; // values of inputs that the model that is wanted has behind the others
};

/// What one run of both models was about.
struct JudgedPiece {
  llvm::ArrayRef<llmc_tensor> values, got, want;
  llvm::ArrayRef<std::vector<bool>> counted; // rows of each output; empty: all
};

class Judge {
public:
  /// `wanted` has these inputs and outputs, and is referred to; so are the data, which may hold more than the inputs. A
  /// UsageError where the mask is no input, or masks no output.
  static llvm::Expected<Judge> create(const execution::OpenModel &wanted, llvm::ArrayRef<codegen::TensorFacts> inputs,
                                      llvm::ArrayRef<codegen::TensorFacts> outputs, execution::SampleData data,
                                      JudgeOptions options);

  /// How far each output of `model` is, over each `step`th piece of the data; `more` are values of inputs that it has
  /// behind the others. `look` sees each of the pieces; where it fails, so does this.
  using Look = std::function<llvm::Error(const JudgedPiece &)>;
  llvm::Expected<std::vector<Agreement>> judge(
      const execution::OpenModel &model, llvm::ArrayRef<llmc_tensor> more = {}, size_t step = 1,
      const Look &look = [](const JudgedPiece &) { return llvm::Error::success(); });

  size_t pieceCount() const { return data.pieceCount(); }
  /// The sizes of the first piece by the dim symbols that they are.
  llvm::StringMap<int64_t> sizes();

private:
  Judge(const execution::OpenModel &wanted, execution::SampleData data, JudgeOptions options)
      : wanted(&wanted), data(std::move(data)), options(std::move(options)) {}

  /// A tensor that stays when the model runs again.
  struct Kept {
    explicit Kept(const llmc_tensor &output);
    Kept(const Kept &) = delete;

    std::vector<int64_t> dims;
    std::vector<char> bytes;
    llmc_tensor tensor;
  };
  using Outputs = std::vector<std::unique_ptr<Kept>>;
  /// Those of a piece, run once where there is room for them; valid until the next call.
  llvm::Expected<const Outputs *> wantedOf(size_t piece, llvm::ArrayRef<llmc_tensor> values);
  llvm::Error judgePiece(size_t piece, const execution::OpenModel &model, llvm::ArrayRef<llmc_tensor> more,
                         std::vector<Agreement> &agreements, const Look &look);

  const execution::OpenModel *wanted;
  execution::SampleData data;
  JudgeOptions options;
  std::vector<codegen::TensorFacts> inputs;
  std::vector<std::string> names; // of the outputs
  std::optional<size_t> mask;     // which input
  std::vector<bool> isMasked;     // which outputs
  std::vector<Outputs> kept;      // by piece; none where there is no room
  Outputs unkept;                 // of the last piece without room
  size_t keptBytes = 0;
};

} // namespace llmc::evaluation

#endif
