// Axes that lie side by side on both sides become one; the two axes that are contiguous on either
// side are walked in tiles, so that no cache line is fetched twice.
#include "compiler/reference/StridedCopy.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cstring>

using namespace llvm;

namespace llmc::reference {
namespace {

struct Axis {
  int64_t size, target, source; // strides in elements
};

SmallVector<Axis, 6> mergeAxes(ArrayRef<int64_t> targetStrides, ArrayRef<int64_t> sourceStrides,
                               ArrayRef<int64_t> shape) {
  SmallVector<Axis, 6> axes;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 1)
      continue;
    Axis axis = {shape[i], targetStrides[i], sourceStrides[i]};
    if (!axes.empty() && axes.back().target == axis.target * axis.size && axes.back().source == axis.source * axis.size)
      axes.back() = {axes.back().size * axis.size, axis.target, axis.source};
    else
      axes.push_back(axis);
  }
  return axes;
}

template <typename T>
void copyRun(T *target, int64_t targetStride, const T *source, int64_t sourceStride, int64_t count) {
  if (targetStride == 1 && sourceStride == 1)
    std::memcpy(target, source, count * sizeof(T));
  else if (targetStride == 1 && sourceStride == 0)
    std::fill_n(target, count, *source);
  else
    for (int64_t i = 0; i < count; ++i)
      target[i * targetStride] = source[i * sourceStride];
}

template <typename T> void copyTiled(T *target, const T *source, Axis outer, Axis inner) {
  constexpr int64_t kTile = 64 / sizeof(T); // a cache line each way
  for (int64_t i = 0; i < outer.size; i += kTile)
    for (int64_t j = 0; j < inner.size; j += kTile) {
      int64_t rows = std::min(kTile, outer.size - i), columns = std::min(kTile, inner.size - j);
      for (int64_t row = i; row < i + rows; ++row)
        copyRun(target + row * outer.target + j * inner.target, inner.target,
                source + row * outer.source + j * inner.source, inner.source, columns);
    }
}

template <typename T> void copyAxes(T *target, const T *source, ArrayRef<Axis> axes) {
  if (axes.empty()) {
    *target = *source;
  } else if (axes.size() == 1) {
    copyRun(target, axes[0].target, source, axes[0].source, axes[0].size);
  } else if (axes.size() == 2) {
    bool crossed = axes[1].source != 1 && axes[1].source != 0 && axes[0].source == 1;
    if (crossed)
      return copyTiled(target, source, axes[0], axes[1]);
    for (int64_t i = 0; i < axes[0].size; ++i)
      copyRun(target + i * axes[0].target, axes[1].target, source + i * axes[0].source, axes[1].source, axes[1].size);
  } else {
    for (int64_t i = 0; i < axes[0].size; ++i)
      copyAxes(target + i * axes[0].target, source + i * axes[0].source, axes.drop_front());
  }
}

template <typename T> void copyAs(char *target, const char *source, MutableArrayRef<Axis> axes) {
  // The axis that is contiguous in the source goes next to the last, where tiles serve both.
  if (axes.size() > 2 && axes.back().source != 1)
    for (size_t i = 0; i + 2 < axes.size(); ++i)
      if (axes[i].source == 1) {
        std::rotate(axes.begin() + i, axes.begin() + i + 1, axes.end() - 1);
        break;
      }
  copyAxes(reinterpret_cast<T *>(target), reinterpret_cast<const T *>(source), axes);
}

} // namespace

void copyStrided(char *target, ArrayRef<int64_t> targetStrides, const char *source, ArrayRef<int64_t> sourceStrides,
                 ArrayRef<int64_t> shape, int64_t elementBytes) {
  if (is_contained(shape, 0))
    return;
  SmallVector<Axis, 6> axes = mergeAxes(targetStrides, sourceStrides, shape);
  switch (elementBytes) {
  case 1:
    return copyAs<uint8_t>(target, source, axes);
  case 2:
    return copyAs<uint16_t>(target, source, axes);
  case 4:
    return copyAs<uint32_t>(target, source, axes);
  default:
    return copyAs<uint64_t>(target, source, axes);
  }
}

} // namespace llmc::reference
