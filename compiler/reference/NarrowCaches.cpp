#include "compiler/reference/NarrowCaches.h"
#include "compiler/reference/ApiTensors.h"
#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>

namespace llmc::reference {
namespace {

std::vector<int64_t> dimsOf(const llmc_tensor &tensor) { return {tensor.dims, tensor.dims + tensor.rank}; }

int64_t countOf(llvm::ArrayRef<int64_t> dims) {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

void convert(const llmc_tensor &from, const llmc_tensor &to) {
  withFloats(from, [&](const auto *source) {
    withFloats(to, [&](auto *target) {
      for (int64_t i = 0, count = countOf(dimsOf(from)); i < count; ++i)
        target[i] = std::remove_reference_t<decltype(*target)>(static_cast<float>(source[i]));
    });
  });
}

/// Calls `body` with the number of each row of a tensor, and where its elements lie: first, distance, count.
template <typename Body> void forRows(llvm::ArrayRef<int64_t> dims, unsigned axis, Body body) {
  int64_t inner = countOf(dims.drop_front(axis + 1)), size = dims[axis], outer = countOf(dims.take_front(axis));
  for (int64_t row = 0; row < outer * inner; ++row)
    body(row, row / inner * size * inner + row % inner, inner, size);
}

/// NaN is larger than all numbers.
float largest(float a, float b) { return b > a || std::isnan(b) ? b : a; }

void encode(const llmc_tensor &from, unsigned axis, int8_t *codes, float *steps) {
  constexpr auto most = static_cast<float>(ir::kMostCacheCode);
  withFloats(from, [&](const auto *source) {
    forRows(dimsOf(from), axis, [&](int64_t row, int64_t first, int64_t distance, int64_t count) {
      float size = 0;
      for (int64_t i = 0; i < count; ++i)
        size = largest(size, std::fabs(static_cast<float>(source[first + i * distance])));
      steps[row] = size * static_cast<float>(1.0 / ir::kMostCacheCode);
      float step = steps[row] == 0 ? 1 : steps[row];
      for (int64_t i = 0; i < count; ++i) {
        float whole = std::nearbyint(static_cast<float>(source[first + i * distance]) / step);
        codes[first + i * distance] = static_cast<int8_t>(std::isnan(whole) ? 0 : std::clamp(whole, -most, most));
      }
    });
  });
}

void decode(const llmc_tensor &codes, const llmc_tensor &steps, unsigned axis, const llmc_tensor &to) {
  const auto *whole = static_cast<const int8_t *>(codes.data);
  const auto *step = static_cast<const float *>(steps.data);
  withFloats(to, [&](auto *target) {
    forRows(dimsOf(codes), axis, [&](int64_t row, int64_t first, int64_t distance, int64_t count) {
      for (int64_t i = first; i < first + count * distance; i += distance)
        target[i] = std::remove_reference_t<decltype(*target)>(static_cast<float>(whole[i]) * step[row]);
    });
  });
}

} // namespace

llmc_tensor NarrowCaches::room(std::deque<Held> &in, uint32_t dtype, std::vector<int64_t> dims) {
  size_t bytes = static_cast<size_t>(countOf(dims)) * findElementType(dtype)->bits / 8;
  Held &held = in.emplace_back(Held{std::move(dims), std::vector<char>(bytes)});
  return {sizeof(llmc_tensor),
          dtype,
          static_cast<uint32_t>(held.dims.size()),
          held.dims.data(),
          held.bytes.data(),
          bytes,
          0};
}

bool NarrowCaches::areFloats(llvm::ArrayRef<llmc_tensor> inputs) const {
  return !caches.empty() && llvm::all_of(caches, [&](const ir::NarrowCache &cache) {
    return cache.input < inputs.size() && inputs[cache.input].dtype == cache.dtype;
  });
}

std::vector<llmc_tensor> NarrowCaches::inputsFor(llvm::ArrayRef<llmc_tensor> inputs) {
  heldInputs.clear();
  std::vector<llmc_tensor> values(inputs.begin(), inputs.end());
  for (const ir::NarrowCache &cache : caches) {
    const llmc_tensor &floats = inputs[cache.input];
    values[cache.input] = room(heldInputs, cache.codes, dimsOf(floats));
    if (!cache.steps) {
      convert(floats, values[cache.input]);
      continue;
    }
    std::vector<int64_t> rows = dimsOf(floats);
    rows[cache.axis] = 1;
    values.resize(std::max<size_t>(values.size(), cache.steps->input + 1));
    values[cache.steps->input] = room(heldInputs, LLMC_DTYPE_F32, std::move(rows));
    encode(floats, cache.axis, static_cast<int8_t *>(values[cache.input].data),
           static_cast<float *>(values[cache.steps->input].data));
  }
  return values;
}

std::vector<llmc_tensor> NarrowCaches::outputsOf(llvm::ArrayRef<llmc_tensor> outputs) {
  heldOutputs.clear();
  std::vector<llmc_tensor> floats(outputs.begin(), outputs.end());
  size_t count = outputs.size();
  for (const ir::NarrowCache &cache : caches) {
    const llmc_tensor &codes = outputs[cache.output];
    floats[cache.output] = room(heldOutputs, cache.dtype, dimsOf(codes));
    if (cache.steps)
      decode(codes, outputs[cache.steps->output], cache.axis, floats[cache.output]);
    else
      convert(codes, floats[cache.output]);
    count -= cache.steps ? 1 : 0; // steps are behind all others
  }
  floats.resize(count);
  return floats;
}

} // namespace llmc::reference
