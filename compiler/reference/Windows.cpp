// Walks places, then the elements of a window, in row-major order.
#include "compiler/reference/Windows.h"
#include "compiler/reference/Tensor.h"

using namespace llvm;

namespace llmc::reference {
namespace {

/// The next index in row-major order; back to zero after the last.
void advance(MutableArrayRef<int64_t> index, ArrayRef<int64_t> sizes) {
  for (size_t axis = sizes.size(); axis-- > 0;) {
    if (++index[axis] < sizes[axis])
      return;
    index[axis] = 0;
  }
}

template <typename T> void unfold(const Windows &windows, int64_t channels, const T *source, T *target) {
  auto strides = rowMajorStrides(windows.sizes);
  int64_t image = *elementCount(windows.sizes), taps = *elementCount(windows.window);
  int64_t places = *elementCount(windows.places);
  size_t rank = windows.sizes.size();
  SmallVector<int64_t, 4> place(rank, 0);
  std::vector<int64_t> offsets(taps); // of the taps at this place; -1 outside the image
  for (int64_t i = 0; i < places; ++i, advance(place, windows.places)) {
    SmallVector<int64_t, 4> tap(rank, 0);
    for (int64_t &offset : offsets) {
      offset = 0;
      for (size_t axis = 0; axis < rank && offset >= 0; ++axis) {
        int64_t position =
            place[axis] * windows.strides[axis] + tap[axis] * windows.dilations[axis] - windows.padLow[axis];
        bool inside = position >= 0 && position < windows.sizes[axis];
        offset = inside ? offset + position * strides[axis] : -1;
      }
      advance(tap, windows.window);
    }
    for (int64_t channel = 0; channel < channels; ++channel)
      for (int64_t offset : offsets)
        *target++ = offset < 0 ? T(0) : source[channel * image + offset];
  }
}

} // namespace

void unfoldWindows(const Windows &windows, int64_t channels, const char *source, char *target, int64_t elementBytes) {
  switch (elementBytes) {
  case 1:
    return unfold(windows, channels, reinterpret_cast<const uint8_t *>(source), reinterpret_cast<uint8_t *>(target));
  case 2:
    return unfold(windows, channels, reinterpret_cast<const uint16_t *>(source), reinterpret_cast<uint16_t *>(target));
  case 4:
    return unfold(windows, channels, reinterpret_cast<const uint32_t *>(source), reinterpret_cast<uint32_t *>(target));
  default:
    return unfold(windows, channels, reinterpret_cast<const uint64_t *>(source), reinterpret_cast<uint64_t *>(target));
  }
}

} // namespace llmc::reference
