// llmc.map: fills the registers of its program with a block of elements of each operand, runs it,
// and stores the result.
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/scalars/ScalarProgram.h"

using namespace mlir;

namespace llmc {
using namespace reference;

namespace {

/// Axes of the result on which no operand changes its way of walking; adjacent ones are merged. The
/// last axis comes last.
struct Walk {
  SmallVector<int64_t, 4> sizes;
  std::vector<SmallVector<int64_t, 4>> strides; // an operand, an axis

  Walk(ArrayRef<int64_t> shape, ArrayRef<Tensor> operands) : strides(operands.size()) {
    std::vector<SmallVector<int64_t, 4>> full;
    for (const Tensor &operand : operands)
      full.push_back(broadcastStrides(operand.shape(), shape));
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] == 1)
        continue;
      bool merges = !sizes.empty();
      for (size_t i = 0; merges && i < operands.size(); ++i)
        merges = strides[i].back() == full[i][axis] * shape[axis];
      for (size_t i = 0; i < operands.size(); ++i) {
        if (merges)
          strides[i].back() = full[i][axis];
        else
          strides[i].push_back(full[i][axis]);
      }
      if (merges)
        sizes.back() *= shape[axis];
      else
        sizes.push_back(shape[axis]);
    }
    if (sizes.empty()) { // a scalar
      sizes.push_back(1);
      for (auto &list : strides)
        list.push_back(0);
    }
  }
};

template <typename T> void loadRun(char *target, const char *source, int64_t stride, int64_t count) {
  const T *from = reinterpret_cast<const T *>(source);
  if (stride == 0)
    std::fill_n(reinterpret_cast<T *>(target), count, *from);
  else // the last axis of a row-major tensor is contiguous
    std::memcpy(target, from, count * sizeof(T));
}

using LoadRun = void (*)(char *target, const char *source, int64_t stride, int64_t count);

LoadRun chooseLoad(int64_t bytes) {
  switch (bytes) {
  case 1:
    return loadRun<uint8_t>;
  case 2:
    return loadRun<uint16_t>;
  case 4:
    return loadRun<uint32_t>;
  default:
    return loadRun<uint64_t>;
  }
}

/// Reads one operand in the order of the result.
class Reader {
public:
  Reader(const Tensor &tensor, ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides)
      : data(tensor.bytes().data()), each(elementBytes(tensor.kind())), load(chooseLoad(each)), sizes(sizes),
        strides(strides), position(sizes.size(), 0) {}

  /// The next `count` elements.
  void read(char *target, int64_t count) {
    while (count > 0) {
      int64_t run = std::min(count, sizes.back() - position.back());
      load(target, data + offset * each, strides.back(), run);
      target += run * each;
      count -= run;
      advance(run);
    }
  }

private:
  void advance(int64_t run) {
    position.back() += run;
    offset += run * strides.back();
    for (size_t axis = sizes.size(); axis-- > 1 && position[axis] == sizes[axis];) {
      offset += strides[axis - 1] - sizes[axis] * strides[axis];
      position[axis] = 0;
      ++position[axis - 1];
    }
  }

  const char *data;
  int64_t each;
  LoadRun load;
  ArrayRef<int64_t> sizes, strides;
  SmallVector<int64_t, 4> position;
  int64_t offset = 0;
};

} // namespace

llvm::Error ir::MapOp::evaluate(Evaluation &evaluation) {
  auto program = ScalarProgram::compile(getBody().front());
  if (!program)
    return evaluation.fail(llvm::toString(program.takeError()));
  Tensor &result = evaluation.result;
  if (program->isIdentity() && evaluation.operands[0].shape() == result.shape()) {
    result = evaluation.operands[0];
    return llvm::Error::success();
  }
  Walk walk(result.shape(), evaluation.operands);
  std::vector<Reader> readers;
  for (auto [tensor, strides] : llvm::zip(evaluation.operands, walk.strides))
    readers.emplace_back(tensor, walk.sizes, strides);
  auto registers = program->makeRegisters();
  int64_t each = elementBytes(result.kind()), total = result.elementCount();
  char *target = result.mutableBytes().data();
  for (int64_t done = 0; done < total; done += ScalarProgram::kBlock) {
    int64_t count = std::min(ScalarProgram::kBlock, total - done);
    for (auto [i, reader] : llvm::enumerate(readers))
      reader.read(program->argument(registers, i), count);
    program->run(registers, count);
    std::memcpy(target + done * each, program->result(registers), count * each);
  }
  return llvm::Error::success();
}

} // namespace llmc
