// A walk in both directions: from a tensor to what made it, and to all that reads it. An operation of which nothing is
// known here mixes groups.
#include "compiler/passes/pruning/GroupedTensors.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Recipes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::passes {

static int64_t rankOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getRank(); }

bool GroupedTensors::follow(Value tensor, GroupedAxis at) {
  join(tensor, at);
  while (!waiting.empty() && why.empty()) {
    Value next = waiting.pop_back_val();
    GroupedAxis place = computed.lookup(next);
    visitMaker(next, place);
    for (OpOperand &use : next.getUses())
      visitReader(use, place);
  }
  return why.empty();
}

void GroupedTensors::decline(Operation *op, const Twine &reason) {
  if (why.empty())
    why = (op->getName().getStringRef() + " of " + ir::describeNodes(op->getLoc()) + " " + reason).str();
}

std::optional<GroupedAxis> GroupedTensors::withSize(Value tensor, GroupedAxis at) {
  auto size = dims.dims(tensor)[at.axis].constant();
  int64_t part = groups * at.inner;
  if (!size || *size == 0 || *size % part != 0)
    return std::nullopt;
  at.outer = *size / part;
  return at;
}

void GroupedTensors::join(Value tensor, GroupedAxis at) {
  if (!(withSize(tensor, at) == at)) {
    why = why.empty() ? "a tensor on the way has another size" : why;
    return;
  }
  auto [place, isNew] = computed.insert({tensor, at});
  if (isNew)
    waiting.push_back(tensor);
  else if (!(place->second == at) && why.empty())
    why = "one tensor has them along two axes";
}

void GroupedTensors::reads(OpOperand &operand, GroupedAxis at) {
  if (!ir::isKnown(operand.get()))
    return join(operand.get(), at);
  if (withSize(operand.get(), at) == at)
    known.push_back({&operand, at});
  else
    decline(operand.getOwner(), "reads a constant of another size");
}

void GroupedTensors::readsAligned(OpOperand &operand, Value result, GroupedAxis at) {
  at.axis -= rankOf(result) - rankOf(operand.get());
  if (at.axis >= 0 && !dims.dims(operand.get())[at.axis].isConstant(1))
    reads(operand, at);
}

void GroupedTensors::makesAligned(OpOperand &operand, Operation *op, GroupedAxis at) {
  at.axis += rankOf(op->getResult(0)) - rankOf(operand.get());
  makes(op, at);
}

void GroupedTensors::readWeight(ir::MatmulOp op, GroupedAxis at) {
  OpOperand &weight = op.getRhsMutable();
  if (!ir::isKnown(weight.get()) || rankOf(weight.get()) != 2)
    return decline(op, "multiplies by what is no weight");
  if (!isa<FloatType>(getElementTypeOrSelf(weight.get())))
    return decline(op, "multiplies integers");
  reads(weight, at);
}

/// Slices of other axes, and of whole parts along this one.
static bool cutsParts(ir::SliceOp op, const GroupedAxis &at, int64_t groups) {
  int64_t offset = op.getStaticOffsets()[at.axis], size = op.getStaticSizes()[at.axis], part = groups * at.inner;
  return !ShapedType::isDynamic(offset) && !ShapedType::isDynamic(size) && op.getSteps()[at.axis] == 1 &&
         offset % part == 0 && size % part == 0;
}

void GroupedTensors::visitMaker(Value tensor, GroupedAxis at) {
  Operation *op = tensor.getDefiningOp();
  if (!op) {
    why = "an input of the model has them";
    return;
  }
  int64_t rank = rankOf(tensor);
  TypeSwitch<Operation *>(op)
      .Case([&](ir::MapOp map) {
        for (OpOperand &operand : map->getOpOperands())
          readsAligned(operand, tensor, at);
      })
      .Case([&](ir::MatmulOp product) {
        if (at.axis != rank - 1)
          return decline(op, "has them along rows");
        readWeight(product, {1, at.outer, at.inner});
      })
      .Case([&](ir::AttentionOp attention) {
        if (at.axis >= rank - 2)
          return decline(op, "sums over them");
        for (OpOperand &operand : attention->getOpOperands())
          readsAligned(operand, tensor, at);
      })
      .Case([&](ir::NormOp norm) {
        if (at.axis >= static_cast<int64_t>(norm.getAxis()))
          return decline(op, "sums over them");
        for (OpOperand &operand : norm->getOpOperands())
          readsAligned(operand, tensor, at);
      })
      .Case([&](ir::ReshapeOp reshape) {
        auto before = regroup(dims.dims(tensor), dims.dims(reshape.getInput()), at);
        bool isConstant = !ShapedType::isDynamic(reshape.getStaticSizes()[at.axis]);
        return before && isConstant ? reads(reshape->getOpOperand(0), *before) : decline(op, "takes them apart");
      })
      .Case([&](ir::TransposeOp transpose) {
        reads(transpose->getOpOperand(0), {transpose.getPerm()[at.axis], at.outer, at.inner});
      })
      .Case([&](ir::ExpandOp expand) {
        if (ShapedType::isDynamic(expand.getStaticSizes()[at.axis]))
          return decline(op, "takes them apart");
        readsAligned(expand->getOpOperand(0), tensor, at);
      })
      .Case([&](ir::SliceOp slice) {
        auto whole = withSize(slice.getInput(), at);
        return whole && cutsParts(slice, at, groups) ? reads(slice->getOpOperand(0), *whole)
                                                     : decline(op, "takes them apart");
      })
      .Case([&](ir::ConcatOp concat) {
        for (OpOperand &operand : concat->getOpOperands()) {
          auto part = withSize(operand.get(), at);
          part ? reads(operand, *part) : decline(op, "takes them apart");
        }
      })
      .Default([&](Operation *) { decline(op, "mixes them"); });
}

void GroupedTensors::visitReader(OpOperand &use, GroupedAxis at) {
  Operation *op = use.getOwner();
  int64_t rank = rankOf(use.get());
  TypeSwitch<Operation *>(op)
      .Case([&](ir::MapOp) { makesAligned(use, op, at); })
      .Case([&](ir::MatmulOp product) {
        if (use.getOperandNumber() != 0 || at.axis != rank - 1)
          return decline(op, "has them along rows or columns");
        readWeight(product, {0, at.outer, at.inner});
      })
      .Case([&](ir::AttentionOp) {
        return at.axis < rank - 2 ? makesAligned(use, op, at) : decline(op, "sums over them");
      })
      .Case([&](ir::NormOp norm) {
        bool isInput = use.getOperandNumber() == 0 && at.axis < static_cast<int64_t>(norm.getAxis());
        return isInput ? makes(op, at) : decline(op, "sums over them");
      })
      .Case([&](ir::ReshapeOp reshape) {
        auto behind = regroup(dims.dims(use.get()), dims.dims(reshape.getResult()), at);
        return behind ? makes(op, *behind) : decline(op, "takes them apart");
      })
      .Case([&](ir::TransposeOp transpose) {
        makes(op, {llvm::find(transpose.getPerm(), at.axis) - transpose.getPerm().begin(), at.outer, at.inner});
      })
      .Case([&](ir::ExpandOp) { makesAligned(use, op, at); })
      .Case<ir::SliceOp, ir::ConcatOp>([&](auto) {
        auto part = withSize(op->getResult(0), at);
        return part ? makes(op, *part) : decline(op, "takes them apart");
      })
      .Case([&](func::ReturnOp) { why = why.empty() ? "an output of the model has them" : why; })
      .Default([&](Operation *) { decline(op, "mixes them"); });
}

} // namespace llmc::passes
