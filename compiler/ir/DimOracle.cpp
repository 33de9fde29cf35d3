// Shape questions answered from types alone.
#include "compiler/ir/DimOracle.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

StringRef nameOf(DimRelation relation) {
  switch (relation) {
  case DimRelation::Equal:
    return "equal";
  case DimRelation::Repeat:
    return "repeat";
  case DimRelation::Broadcast:
    return "broadcast";
  case DimRelation::AtLeast:
    return "least";
  }
  return "";
}

std::optional<DimRelation> relationNamed(StringRef name) {
  for (DimRelation relation : {DimRelation::Equal, DimRelation::Repeat, DimRelation::Broadcast, DimRelation::AtLeast})
    if (nameOf(relation) == name)
      return relation;
  return std::nullopt;
}

bool holds(DimRelation relation, int64_t a, int64_t b) {
  switch (relation) {
  case DimRelation::Equal:
    return a == b;
  case DimRelation::Repeat:
    return a == b || a == 1;
  case DimRelation::Broadcast:
    return a == b || a == 1 || b == 1;
  case DimRelation::AtLeast:
    return a >= b;
  }
  return false;
}

LogicalResult DimOracle::unify(DimExpr &a, const DimExpr &b, const Twine &what) {
  if (failed(require(DimRelation::Equal, a, b, what)))
    return failure();
  if (b.constant())
    a = b;
  return success();
}

DimVector DimOracle::mixed(ValueRange dynamic, ArrayRef<int64_t> constants) {
  DimVector result;
  for (int64_t constant : constants) {
    if (!ShapedType::isDynamic(constant)) {
      result.push_back(constant);
    } else if (dynamic.empty()) { // unverified IR
      result.push_back(0);
    } else {
      result.push_back(value(dynamic.front()));
      dynamic = dynamic.drop_front();
    }
  }
  return result;
}

bool DimOracle::isImpossible(DimRelation relation, const DimExpr &a, const DimExpr &b) {
  DimExpr difference = a - b;
  bool different = difference.least() > 0 || difference.most() < 0;
  auto isNeverOne = [](const DimExpr &size) { return size.least() > 1 || size.most() < 1; };
  switch (relation) {
  case DimRelation::Equal:
    return different;
  case DimRelation::Repeat:
    return different && isNeverOne(a);
  case DimRelation::Broadcast:
    return different && isNeverOne(a) && isNeverOne(b);
  case DimRelation::AtLeast:
    return difference.most() < 0;
  }
  return false;
}

DimVector TypeOracle::dims(Value tensor) {
  DimVector result;
  for (int64_t size : cast<RankedTensorType>(tensor.getType()).getShape())
    result.push_back(ShapedType::isDynamic(size) ? fresh() : DimExpr(size));
  return result;
}

DimExpr TypeOracle::value(Value index) {
  APInt constant;
  return matchPattern(index, m_ConstantInt(&constant)) ? DimExpr(constant.getSExtValue()) : fresh();
}

LogicalResult TypeOracle::require(DimRelation relation, const DimExpr &a, const DimExpr &b, const Twine &what) {
  if (!isImpossible(relation, a, b))
    return success();
  return fail(what + ": " + a.text() + " and " + b.text());
}

LogicalResult TypeOracle::fail(const Twine &message) { return emitOptionalError(location, message); }

RankedTensorType ShapedResult::type() const {
  SmallVector<int64_t> shape;
  for (const DimExpr &dim : dims)
    shape.push_back(dim.constant().value_or(ShapedType::kDynamic));
  return RankedTensorType::get(shape, elementType);
}

bool areCompatibleTypes(TypeRange inferred, TypeRange declared) {
  if (inferred.size() != declared.size())
    return false;
  for (auto [a, b] : llvm::zip(inferred, declared))
    if (getElementTypeOrSelf(a) != getElementTypeOrSelf(b) || failed(verifyCompatibleShape(a, b)))
      return false;
  return true;
}

} // namespace llmc::ir
