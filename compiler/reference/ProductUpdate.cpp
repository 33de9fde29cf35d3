// Tiles whose sums stay in registers, and parts of both sides laid out for them. Vectors are those of the machine, of
// which some multiply more numbers at once; a lane is an element, so none of them knows the others.
#include "compiler/reference/ProductUpdate.h"
#include <algorithm>

namespace llmc::reference {
namespace {

using Vector = double __attribute__((ext_vector_type(8)));

constexpr int64_t kLanes = 8;
constexpr int64_t kWidth = 16;  // columns of a panel of the right side
constexpr int64_t kDepth = 128; // of what is laid out at once
constexpr int64_t kRows = 64;   // a multiple of the rows of all tiles

/// The left side as tiles need it: `height` elements of a column beside each other.
struct Block {
  double left[kRows * kDepth];
  Vector right[kDepth * kWidth / kLanes];
  int64_t depth;
};

/// A tile of `height` rows and `vectors` vectors; `left` and `right` are laid out for it.
template <int height, int vectors>
[[gnu::always_inline]] inline void updateTile(double *to, int64_t stride, const double *left, const Vector *right,
                                              int64_t depth) {
  constexpr int64_t perRow = kWidth / kLanes;
  Vector sums[height][vectors];
  for (int i = 0; i < height; ++i)
    for (int j = 0; j < vectors; ++j)
      __builtin_memcpy(&sums[i][j], to + i * stride + j * kLanes, sizeof(Vector));
  for (int64_t k = 0; k < depth; ++k)
    for (int i = 0; i < height; ++i)
      for (int j = 0; j < vectors; ++j)
        sums[i][j] = __builtin_elementwise_fma(Vector(left[k * height + i]), right[k * perRow + j], sums[i][j]);
  for (int i = 0; i < height; ++i)
    for (int j = 0; j < vectors; ++j)
      __builtin_memcpy(to + i * stride + j * kLanes, &sums[i][j], sizeof(Vector));
}

/// All columns of a panel.
template <int height, int vectors>
[[gnu::always_inline]] inline void updatePanel(double *to, int64_t stride, const double *left, const Vector *right,
                                               int64_t depth) {
  for (int64_t j = 0; j < kWidth; j += vectors * kLanes)
    updateTile<height, vectors>(to + j, stride, left, right + j / kLanes, depth);
}

/// The negative left side, for tiles of `height` rows, and of one row where no such tile fits.
template <int height>
void layOutLeft(const StridedMatrix &left, int64_t firstRow, int64_t rows, int64_t firstColumn, Block &block) {
  double *next = block.left;
  for (int64_t i = 0; i < rows;) {
    int64_t tile = rows - i >= height ? height : 1;
    for (int64_t k = firstColumn; k < firstColumn + block.depth; ++k) {
      double scale = left.scales ? -left.scales[k] : -1;
      for (int64_t each = i; each < i + tile; ++each)
        *next++ = left.data[(firstRow + each) * left.rowStride + k * left.columnStride] * scale;
    }
    i += tile;
  }
}

void layOutRight(const MatrixRows<const double> &right, int64_t firstRow, int64_t firstColumn, int64_t columns,
                 Block &block) {
  auto *to = reinterpret_cast<double *>(block.right);
  for (int64_t k = 0; k < block.depth; ++k, to += kWidth) {
    std::copy_n(right.row(firstRow + k) + firstColumn, columns, to);
    std::fill(to + columns, to + kWidth, 0.0);
  }
}

/// Tiles below each other, of one panel.
template <int height, int vectors>
[[gnu::always_inline]] inline void updateRows(double *to, int64_t stride, int64_t rows, const Block &block) {
  const double *left = block.left;
  int64_t i = 0;
  for (; i + height <= rows; i += height, left += height * block.depth)
    updatePanel<height, vectors>(to + i * stride, stride, left, block.right, block.depth);
  for (; i < rows; ++i, left += block.depth)
    updatePanel<1, vectors>(to + i * stride, stride, left, block.right, block.depth);
}

/// A panel with fewer columns is worked on in memory that has all.
template <int height, int vectors>
[[gnu::always_inline]] inline void update(MatrixRows<double> to, const StridedMatrix &left,
                                          const MatrixRows<const double> &right, const ProductSizes &sizes) {
  Block block;
  double all[kRows * kWidth];
  for (int64_t k = 0; k < sizes.depth; k += kDepth)
    for (int64_t i = 0; i < sizes.rows; i += kRows) {
      int64_t rows = std::min(kRows, sizes.rows - i);
      block.depth = std::min(kDepth, sizes.depth - k);
      layOutLeft<height>(left, i, rows, k, block);
      for (int64_t j = 0; j < sizes.columns; j += kWidth) {
        int64_t columns = std::min(kWidth, sizes.columns - j);
        layOutRight(right, k, j, columns, block);
        if (columns == kWidth) {
          updateRows<height, vectors>(to.row(i) + j, to.stride, rows, block);
          continue;
        }
        for (int64_t row = 0; row < rows; ++row)
          std::fill(std::copy_n(to.row(i + row) + j, columns, all + row * kWidth), all + (row + 1) * kWidth, 0.0);
        updateRows<height, vectors>(all, kWidth, rows, block);
        for (int64_t row = 0; row < rows; ++row)
          std::copy_n(all + row * kWidth, columns, to.row(i + row) + j);
      }
    }
}

using Update = void (*)(MatrixRows<double>, const StridedMatrix &, const MatrixRows<const double> &,
                        const ProductSizes &);

#ifdef __x86_64__
[[gnu::target("avx512f")]] void updateByRows512(MatrixRows<double> to, const StridedMatrix &left,
                                                const MatrixRows<const double> &right, const ProductSizes &sizes) {
  update<8, 2>(to, left, right, sizes);
}

[[gnu::target("avx2,fma")]] void updateByRows256(MatrixRows<double> to, const StridedMatrix &left,
                                                 const MatrixRows<const double> &right, const ProductSizes &sizes) {
  update<4, 1>(to, left, right, sizes);
}
#endif

void updateAnywhere(MatrixRows<double> to, const StridedMatrix &left, const MatrixRows<const double> &right,
                    const ProductSizes &sizes) {
  update<4, 1>(to, left, right, sizes);
}

/// The same numbers on every machine, on some of them sooner.
Update updateHere() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f"))
    return updateByRows512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return updateByRows256;
#endif
  return updateAnywhere;
}

} // namespace

void subtractProduct(MatrixRows<double> to, StridedMatrix left, MatrixRows<const double> right, ProductSizes sizes) {
  static const Update update = updateHere();
  update(to, left, right, sizes);
}

} // namespace llmc::reference
