#include "compiler/reference/Largest.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace llmc::reference {

std::vector<int64_t> largestOf(const std::vector<double> &numbers, int64_t count) {
  std::vector<int64_t> places(numbers.size());
  std::iota(places.begin(), places.end(), 0);
  std::sort(places.begin(), places.end(), [&](int64_t a, int64_t b) {
    double first = numbers[a], second = numbers[b];
    if (std::isnan(first) != std::isnan(second))
      return std::isnan(first);
    return first == second || std::isnan(first) ? a < b : first > second;
  });
  places.resize(std::min<size_t>(count, places.size()));
  std::sort(places.begin(), places.end());
  return places;
}

} // namespace llmc::reference
