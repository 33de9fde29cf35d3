// Products of matrices of f64 that are taken away from another: what solving equations takes most of its time for.
#ifndef LLMC_COMPILER_REFERENCE_PRODUCTUPDATE_H
#define LLMC_COMPILER_REFERENCE_PRODUCTUPDATE_H

#include <cstdint>

namespace llmc::reference {

/// A matrix whose element in row i and column k is data[i * rowStride + k * columnStride], times scales[k] where there
/// are any.
struct StridedMatrix {
  const double *data;
  int64_t rowStride, columnStride;
  const double *scales = nullptr;
};

/// A matrix whose rows lie `stride` apart.
template <typename Number> struct MatrixRows {
  Number *data;
  int64_t stride;

  Number *row(int64_t i) const { return data + i * stride; }
};

/// How many elements the three matrices have: `to` rows x columns, `left` rows x depth, `right` depth x columns.
struct ProductSizes {
  int64_t rows, columns, depth;
};

/// to -= left * right. Each element becomes what it is by fused multiply-adds in the order of `depth`, so it is the
/// same on every machine, and whatever stands beside it. The memory of `to` must not be that of the others.
void subtractProduct(MatrixRows<double> to, StridedMatrix left, MatrixRows<const double> right, ProductSizes sizes);

} // namespace llmc::reference

#endif
