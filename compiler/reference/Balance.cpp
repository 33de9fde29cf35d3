// A number that is rounded to steps is off by a twelfth of the square of a step on average, whatever it is, so what
// products are off follows from steps, from squares of matrices and from variances of columns, and no data are needed.
#include "compiler/reference/Balance.h"
#include "compiler/ir/Measurements.h"
#include <algorithm>
#include <cmath>

namespace llmc::reference {
namespace {

constexpr double kMostStep = 127; // from the center, and of a weight
/// What is smaller than this, of the largest of its kind, counts as if it were not: steps are to be numbers.
constexpr double kLeast = 1e-5;

void floorBy(std::vector<double> &sizes) {
  double largest = *std::max_element(sizes.begin(), sizes.end());
  for (double &size : sizes)
    size = largest > 0 ? std::max(size, kLeast * largest) : 1;
}

class Trial {
public:
  Trial(const std::vector<float> &extents, const std::vector<std::vector<float>> &matrices)
      : columns(extents.size() / ir::kExtentRows), matrices(matrices), reach(columns), variance(columns),
        largest(columns), squares(columns) {
    balance.centers.resize(columns);
    for (size_t k = 0; k < columns; ++k) {
      auto at = [&](ir::ExtentRow row) { return static_cast<double>(extents[row * columns + k]); };
      balance.centers[k] = static_cast<float>((at(ir::kLeast) + at(ir::kGreatest)) / 2);
      double count = std::max(at(ir::kCount), 1.0);
      reach[k] = (at(ir::kGreatest) - at(ir::kLeast)) / 2 * (1 + 1 / std::sqrt(count));
      variance[k] = at(ir::kDeviation) / count;
      for (const std::vector<float> &matrix : matrices)
        addRow(matrix, k);
    }
    floorBy(reach);
    floorBy(largest);
  }

  Balance best() {
    double least = 0;
    std::vector<double> steps;
    for (double share : {1.0, 0.9, 0.8, 0.7, 0.6, 0.5}) {
      std::vector<double> tried = stepsFor(share);
      double error = errorOf(tried);
      if (steps.empty() || error < least)
        steps = std::move(tried), least = error;
    }
    balance.steps.assign(steps.begin(), steps.end());
    return balance;
  }

private:
  void addRow(const std::vector<float> &matrix, size_t k) {
    size_t width = matrix.size() / columns;
    for (size_t n = 0; n < width; ++n) {
      double number = matrix[k * width + n];
      largest[k] = std::max(largest[k], std::abs(number));
      squares[k] += number * number;
    }
  }

  /// None is passed by what was seen, and at least one column uses all of them.
  std::vector<double> stepsFor(double share) const {
    std::vector<double> steps(columns);
    double most = 0; // steps that a column reaches
    for (size_t k = 0; k < columns; ++k) {
      steps[k] = std::pow(reach[k], share) * std::pow(largest[k], share - 1);
      most = std::max(most, reach[k] / steps[k]);
    }
    for (double &step : steps)
      step *= most / kMostStep;
    return steps;
  }

  /// In twelfths.
  double errorOf(const std::vector<double> &steps) const {
    double ofLefts = 0, energy = 0, ofMatrices = 0; // energy: of left sides in steps
    for (size_t k = 0; k < columns; ++k) {
      ofLefts += steps[k] * steps[k] * squares[k];
      energy += variance[k] / (steps[k] * steps[k]);
    }
    for (const std::vector<float> &matrix : matrices) {
      size_t width = matrix.size() / columns;
      std::vector<float> most(width);
      for (size_t k = 0; k < columns; ++k)
        for (size_t n = 0; n < width; ++n)
          most[n] = std::max(most[n], std::abs(matrix[k * width + n]) * static_cast<float>(steps[k]));
      for (double each : most)
        ofMatrices += each / kMostStep * (each / kMostStep);
    }
    return ofLefts + ofMatrices * energy;
  }

  size_t columns;
  const std::vector<std::vector<float>> &matrices;
  std::vector<double> reach, variance;  // of columns of left sides
  std::vector<double> largest, squares; // of rows of matrices
  Balance balance;
};

} // namespace

Balance balanceOf(const std::vector<float> &extents, const std::vector<std::vector<float>> &matrices) {
  return Trial(extents, matrices).best();
}

} // namespace llmc::reference
