// llmc.attention, row by row: what a product, a map, softmax and a second product give one after the other, each
// rounded to the element type as they are.
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/SoftmaxRow.h"
#include "compiler/reference/scalars/ScalarProgram.h"

using namespace mlir;

namespace llmc {
using namespace reference;
namespace {

/// Where an operand has the matrix of this number of the batch, whose axes it broadcasts to, in elements.
int64_t batchOffset(const Tensor &tensor, ArrayRef<int64_t> batch, int64_t index) {
  int64_t matrices = strideOffset(broadcastStrides(tensor.shape().drop_back(2), batch), batch, index);
  return matrices * tensor.size(tensor.rank() - 2) * tensor.size(tensor.rank() - 1);
}

/// Applies the region to rows of scores.
class ScoreProgram {
public:
  ScoreProgram(ScalarProgram program, ArrayRef<Tensor> inputs, ArrayRef<int64_t> scores)
      : program(std::move(program)), registers(this->program.makeRegisters()), inputs(inputs), scores(scores) {
    for (const Tensor &input : inputs)
      strides.push_back(broadcastStrides(input.shape(), scores));
  }

  /// What the region makes of the scores of row `row` of all.
  template <typename T, typename Sum> void run(int64_t row, ArrayRef<T> values, std::vector<Sum> &results) {
    int64_t size = values.size();
    for (int64_t done = 0; done < size; done += ScalarProgram::kBlock) {
      int64_t count = std::min(ScalarProgram::kBlock, size - done);
      std::memcpy(program.argument(registers, 0), values.data() + done, count * sizeof(T));
      for (size_t i = 0; i < inputs.size(); ++i)
        readInput(i, row, done, count);
      program.run(registers, count);
      dispatchFloat(program.resultKind(), [&](auto element) {
        auto *from = reinterpret_cast<const decltype(element) *>(program.result(registers));
        llvm::transform(llvm::ArrayRef(from, count), results.begin() + done,
                        [](auto value) { return static_cast<Sum>(value); });
      });
    }
  }

private:
  void readInput(size_t number, int64_t row, int64_t first, int64_t count) {
    int64_t offset = 0, each = elementBytes(inputs[number].kind());
    for (size_t axis = scores.size() - 1; axis-- > 0; row /= scores[axis])
      offset += strides[number][axis] * (row % scores[axis]);
    char *target = program.argument(registers, number + 1);
    for (int64_t i = 0; i < count; ++i)
      std::memcpy(target + i * each,
                  inputs[number].bytes().data() + (offset + (first + i) * strides[number].back()) * each, each);
  }

  ScalarProgram program;
  ScalarProgram::Registers registers;
  ArrayRef<Tensor> inputs;
  ArrayRef<int64_t> scores;
  std::vector<SmallVector<int64_t, 4>> strides;
};

template <typename T, typename Sum>
void scoreRow(const T *query, const T *keys, int64_t depth, std::vector<T> &scores) {
  for (size_t n = 0; n < scores.size(); ++n) {
    Sum sum = 0;
    for (int64_t i = 0; i < depth; ++i)
      sum += static_cast<Sum>(query[i]) * static_cast<Sum>(keys[n * depth + i]);
    scores[n] = T(sum);
  }
}

template <typename T, typename Sum>
void weighRow(const std::vector<Sum> &weights, const T *values, T *result, int64_t width) {
  for (int64_t e = 0; e < width; ++e) {
    Sum sum = 0;
    for (size_t n = 0; n < weights.size(); ++n)
      sum += static_cast<Sum>(T(weights[n])) * static_cast<Sum>(values[n * width + e]);
    result[e] = T(sum);
  }
}

template <typename T, typename Sum> void attend(ir::AttentionOp op, ScalarProgram program, Evaluation &evaluation) {
  const Tensor &query = evaluation.operands[0], &key = evaluation.operands[1], &value = evaluation.operands[2];
  ArrayRef<int64_t> batch = evaluation.result.shape().drop_back(2);
  int64_t rows = query.size(query.rank() - 2), depth = query.shape().back();
  int64_t count = key.size(key.rank() - 2), width = value.shape().back();
  SmallVector<int64_t, 4> scoreShape(batch);
  scoreShape.append({rows, count});
  ScoreProgram region(std::move(program), evaluation.operands.drop_front(3), scoreShape);
  std::vector<T> scores(count);
  std::vector<Sum> weights(count), scratch(count);
  for (int64_t i = 0; i < *elementCount(batch) * rows; ++i) {
    int64_t matrix = i / rows, row = i % rows;
    scoreRow<T, Sum>(query.values<T>().data() + batchOffset(query, batch, matrix) + row * depth,
                     key.values<T>().data() + batchOffset(key, batch, matrix), depth, scores);
    region.run<T, Sum>(i, scores, weights);
    softmaxRow<Sum, Sum>(weights.data(), weights.data(), count, 1, scratch);
    if (op.getGuarded() && count > 0 && std::isnan(weights.front())) // then all of them are
      std::fill_n(evaluation.result.mutableValues<T>().data() + i * width, width, T(Sum(0)));
    else
      weighRow<T, Sum>(weights, value.values<T>().data() + batchOffset(value, batch, matrix),
                       evaluation.result.mutableValues<T>().data() + i * width, width);
  }
}

} // namespace

llvm::Error ir::AttentionOp::evaluate(Evaluation &evaluation) {
  auto program = ScalarProgram::compile(getBody().front());
  if (!program)
    return evaluation.fail(llvm::toString(program.takeError()));
  dispatchFloat(evaluation.operands[0].kind(), [&](auto element) {
    using T = decltype(element);
    if (evaluation.inDouble() || std::is_same_v<T, double>)
      attend<T, double>(*this, std::move(*program), evaluation);
    else
      attend<T, float>(*this, std::move(*program), evaluation);
  });
  return llvm::Error::success();
}

} // namespace llmc
