// A reshape is looked at where the axis is: between the nearest places at which the sizes before and behind are the
// same for both tensors.
#include "compiler/passes/pruning/GroupedAxis.h"

namespace llmc::passes {
namespace {

/// The sizes between two places, all of them constant; nothing where one is not.
std::optional<llvm::SmallVector<int64_t>> constants(llvm::ArrayRef<ir::DimExpr> dims) {
  llvm::SmallVector<int64_t> sizes;
  for (const ir::DimExpr &dim : dims) {
    if (!dim.constant() || *dim.constant() < 1)
      return std::nullopt;
    sizes.push_back(*dim.constant());
  }
  return sizes;
}

int64_t productOf(llvm::ArrayRef<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes)
    product *= size;
  return product;
}

/// The first axes of `to` that have as many elements as the first of `from`, of which `count` or fewer are taken.
std::pair<size_t, size_t> commonStart(llvm::ArrayRef<ir::DimExpr> from, llvm::ArrayRef<ir::DimExpr> to, size_t count) {
  for (; count > 0; --count) {
    ir::DimExpr wanted = ir::product(from.take_front(count));
    for (size_t other = 0; other < to.size(); ++other)
      if (ir::product(to.take_front(other)) == wanted)
        return {count, other};
  }
  return {0, 0};
}

/// The same of the last axes.
std::pair<size_t, size_t> commonEnd(llvm::ArrayRef<ir::DimExpr> from, llvm::ArrayRef<ir::DimExpr> to, size_t count) {
  for (; count > 0; --count) {
    ir::DimExpr wanted = ir::product(from.take_back(count));
    for (size_t other = 0; other < to.size(); ++other)
      if (ir::product(to.take_back(other)) == wanted)
        return {count, other};
  }
  return {0, 0};
}

} // namespace

std::optional<GroupedAxis> regroup(llvm::ArrayRef<ir::DimExpr> from, llvm::ArrayRef<ir::DimExpr> to,
                                   const GroupedAxis &at) {
  auto [before, otherBefore] = commonStart(from, to, at.axis);
  auto [behind, otherBehind] = commonEnd(from, to, from.size() - at.axis - 1);
  if (otherBefore + otherBehind >= to.size())
    return std::nullopt;
  auto old = constants(from.drop_front(before).drop_back(behind));
  auto made = constants(to.drop_front(otherBefore).drop_back(otherBehind));
  if (!old || !made || productOf(*old) != productOf(*made))
    return std::nullopt;
  size_t place = at.axis - before;
  int64_t outer = at.outer * productOf(llvm::ArrayRef(*old).take_front(place));
  int64_t inner = at.inner * productOf(llvm::ArrayRef(*old).drop_front(place + 1));
  // Exactly one of the axes has neither a part of the groups before it nor one behind it.
  for (size_t axis = 0; axis < made->size(); ++axis) {
    int64_t leading = productOf(llvm::ArrayRef(*made).take_front(axis));
    int64_t trailing = productOf(llvm::ArrayRef(*made).drop_front(axis + 1));
    if (outer % leading == 0 && inner % trailing == 0)
      return GroupedAxis{static_cast<int64_t>(otherBefore + axis), outer / leading, inner / trailing};
  }
  return std::nullopt;
}

} // namespace llmc::passes
