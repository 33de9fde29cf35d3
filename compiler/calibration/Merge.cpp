// Moments about the means of two parts are less than those about the mean of both by what the means differ.
#include "compiler/calibration/Merge.h"
#include <algorithm>

namespace llmc::calibration {
namespace {

using Row = llvm::MutableArrayRef<float>;

/// Makes counts and means those of both parts. Moments of two columns grow by the product of the distances of their
/// means, times the share.
void mergeMeans(Row counts, Row means, llvm::ArrayRef<float> moreCounts, llvm::ArrayRef<float> moreMeans,
                llvm::function_ref<void(llvm::ArrayRef<double> distances, double share)> addMoments) {
  double count = counts.front(), more = moreCounts.front(), both = count + more;
  std::vector<double> distances(means.size());
  for (size_t i = 0; i < means.size(); ++i)
    distances[i] = double(moreMeans[i]) - double(means[i]);
  addMoments(distances, count * more / both);
  for (size_t i = 0; i < means.size(); ++i) {
    means[i] = static_cast<float>(double(means[i]) + distances[i] * more / both);
    counts[i] = static_cast<float>(both);
  }
}

void mergeExtents(Row all, llvm::ArrayRef<float> more) {
  size_t columns = all.size() / ir::kExtentRows;
  auto row = [&](ir::ExtentRow which) { return all.slice(which * columns, columns); };
  auto other = [&](ir::ExtentRow which) { return more.slice(which * columns, columns); };
  for (size_t i = 0; i < columns; ++i) {
    row(ir::kLeast)[i] = std::min(row(ir::kLeast)[i], other(ir::kLeast)[i]);
    row(ir::kGreatest)[i] = std::max(row(ir::kGreatest)[i], other(ir::kGreatest)[i]);
  }
  mergeMeans(row(ir::kCount), row(ir::kMean), other(ir::kCount), other(ir::kMean),
             [&](llvm::ArrayRef<double> distances, double share) {
               for (size_t i = 0; i < columns; ++i)
                 row(ir::kDeviation)[i] +=
                     static_cast<float>(double(other(ir::kDeviation)[i]) + distances[i] * distances[i] * share);
             });
}

/// Of `columns` columns; what is behind counts and means is a square.
void mergeCovariances(Row all, llvm::ArrayRef<float> more, size_t columns) {
  auto row = [&](int64_t which) { return all.slice(which * columns, columns); };
  auto other = [&](int64_t which) { return more.slice(which * columns, columns); };
  mergeMeans(row(ir::kCovarianceCount), row(ir::kCovarianceMean), other(ir::kCovarianceCount),
             other(ir::kCovarianceMean), [&](llvm::ArrayRef<double> distances, double share) {
               Row square = all.drop_front(ir::kCovariances * columns);
               llvm::ArrayRef<float> others = more.drop_front(ir::kCovariances * columns);
               for (size_t i = 0; i < columns; ++i) {
                 float *to = square.data() + i * columns;
                 const float *from = others.data() + i * columns;
                 const double *apart = distances.data();
                 for (size_t j = 0; j < columns; ++j)
                   to[j] += static_cast<float>(double(from[j]) + apart[i] * apart[j] * share);
               }
             });
}

} // namespace

void merge(ir::Measure measure, int64_t columns, llvm::ArrayRef<float> more, std::vector<float> &all) {
  if (all.empty()) {
    all.assign(more.begin(), more.end());
    return;
  }
  switch (measure) {
  case ir::Measure::Moments:
  case ir::Measure::Changes:
    std::transform(all.begin(), all.end(), more.begin(), all.begin(), std::plus<float>());
    return;
  case ir::Measure::Extents:
    return mergeExtents(all, more);
  case ir::Measure::Covariances:
    return mergeCovariances(all, more, static_cast<size_t>(columns));
  }
}

} // namespace llmc::calibration
