#include "compiler/reference/NearestLevel.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <limits>

namespace llmc::reference {

NearestLevel::NearestLevel(llvm::ArrayRef<float> numbers) {
  std::vector<size_t> order;
  for (size_t code = 0; code < numbers.size(); ++code)
    if (!std::isnan(numbers[code]))
      order.push_back(code);
  auto isLess = [&](size_t a, size_t b) { return std::pair(numbers[a], a) < std::pair(numbers[b], b); };
  auto isEqual = [&](size_t a, size_t b) { return numbers[a] == numbers[b]; };
  llvm::sort(order, isLess);
  order.erase(std::unique(order.begin(), order.end(), isEqual), order.end());
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (size_t place = 0; place + 1 < order.size(); ++place) {
    double middle = (double(numbers[order[place]]) + double(numbers[order[place + 1]])) / 2;
    bool belongsAbove = order[place + 1] % 2 == 0;
    bounds.push_back(belongsAbove ? middle : std::nextafter(middle, infinity));
  }
  for (size_t code : order)
    codes.push_back(static_cast<float>(code));
  codes.resize(llvm::alignTo(codes.size(), kRun), codes.back());
  bounds.resize(codes.size(), infinity);
  for (size_t last = kRun - 1; last < bounds.size(); last += kRun)
    ends.push_back(bounds[last]);
  ends.resize(kRun, infinity);
}

} // namespace llmc::reference
