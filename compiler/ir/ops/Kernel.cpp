// llmc.kernel: a region that becomes one piece of code.
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/ops/RegionSyntax.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace llmc::ir {

static Operation *findAnchor(Block &body) {
  for (Operation &op : body)
    if (isa<AnchorInterface>(op))
      return &op;
  bool yields = !body.empty() && body.back().getNumOperands() > 0;
  return yields ? body.back().getOperand(0).getDefiningOp() : nullptr;
}

static StringRef nameOf(Operation *anchor) { return anchor ? anchor->getName().stripDialect() : "map"; }

Operation *KernelOp::getAnchor() { return findAnchor(getBody().front()); }

StringRef KernelOp::getAnchorName() { return nameOf(getAnchor()); }

/// Whether the code of a kernel can give elements of what `op` computes.
static bool isComputable(Operation &op) {
  if (auto constant = dyn_cast<ConstantOp>(op)) {
    auto elements = dyn_cast<DenseElementsAttr>(constant.getValue());
    return elements && elements.isSplat();
  }
  return isa<AnchorInterface, MovementInterface, MapOp, IotaOp, ShapeOp, SizeOp>(op);
}

/// Whether `op` is along the last axis, if it is along one at all.
static bool isAlongRows(Operation &op) {
  auto isLast = [](auto anchor) { return static_cast<int64_t>(anchor.getAxis()) + 1 == anchor.getType().getRank(); };
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return isLast(softmax);
  auto norm = dyn_cast<NormOp>(op);
  return !norm || isLast(norm);
}

LogicalResult KernelOp::verify() {
  Block &block = getBody().front();
  if (block.getArgumentTypes() != getOperandTypes()) // C1
    return emitOpError("region arguments must have the types of the operands");
  if (block.empty() || !isa<YieldOp>(block.back()) || block.back().getOperandTypes() != getResultTypes())
    return emitOpError("region must yield values of the result types");
  if (getNumResults() == 0)
    return emitOpError("has no result");
  for (Operation &op : block.without_terminator()) // C2
    if (!isComputable(op))
      return emitOpError("holds '") << op.getName() << "', which no kernel computes";
    else if (!isAlongRows(op)) // C4
      return emitOpError("holds '") << op.getName() << "' along another axis than the last"
                                    << "; try: llmc-normalize-anchors before kernels are formed";
  auto places = getPlaces(); // C3
  if (places && places->size() != getNumResults())
    return emitOpError("has ") << places->size() << " places for " << getNumResults() << " results";
  for (unsigned i = 0; places && i < getNumResults(); ++i)
    if (getPlace(i).getNumber() < 0)
      return emitOpError("has a place with a negative number");
  llvm::StringSet<> levels; // C5
  if (auto schedules = getSchedules())
    for (auto schedule : schedules->getAsRange<ScheduleAttr>())
      if (!levels.insert(schedule.getLevel()).second)
        return emitOpError("has two schedules for ") << schedule.getLevel();
  return success();
}

ScheduleAttr KernelOp::getSchedule(StringRef level) {
  if (auto schedules = getSchedules())
    for (auto schedule : schedules->getAsRange<ScheduleAttr>())
      if (schedule.getLevel() == level)
        return schedule;
  return {};
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<Type> types;
  StringRef anchor;
  SMLoc anchorLocation = parser.getCurrentLocation();
  bool isNamed = succeeded(parser.parseOptionalKeyword(&anchor));
  Region &body = *result.addRegion();
  if (parseBoundOperands(parser, result, arguments, /*elementTypes=*/false) || parser.parseArrowTypeList(types) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) || parser.parseRegion(body, arguments))
    return failure();
  result.addTypes(types);
  StringRef found = nameOf(findAnchor(body.front()));
  if (isNamed && anchor != found)
    return parser.emitError(anchorLocation, "is built around ") << found << ", not " << anchor;
  return success();
}

void KernelOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getAnchorName() << ' ';
  printBoundOperands(printer, getBody().getArguments(), getInputs());
  printer.printArrowTypeList(getResultTypes());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs());
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

} // namespace llmc::ir
