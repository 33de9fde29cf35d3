// Registration of the dialect, and the generated parts that belong to no family.
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Decisions.h"
#include "compiler/ir/Halves.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Pruning.h"
#include "compiler/ir/SparseProducts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::ir {
// Custom directives of the assembly formats, found by the generated code through its namespace.
ParseResult parseOptionalRecipe(OpAsmParser &parser, Region &recipe);
void printOptionalRecipe(OpAsmPrinter &printer, Operation *op, Region &recipe);
} // namespace llmc::ir

#include "compiler/ir/LlmcDialect.cpp.inc"
#include "compiler/ir/LlmcEnums.cpp.inc"
#include "compiler/ir/LlmcInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "compiler/ir/LlmcAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "compiler/ir/LlmcOps.cpp.inc"

namespace llmc::ir {

void LlmcDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/ir/LlmcAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/ir/LlmcOps.cpp.inc"
      >();
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef level, StringRef row,
                                   int64_t rows, int64_t vectors, int64_t chunk, int64_t depth, StringRef why) {
  if (rows < 1 || vectors < 1 || chunk < 1)
    return emitError() << "rows, vectors and chunk of a schedule are at least 1";
  if (depth < 0)
    return emitError() << "depth of a schedule is at least 1, or 0 for all";
  return success();
}

LogicalResult BlocksAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t rows, int64_t columns,
                                 int64_t count) {
  if (rows < 1 || columns < 1 || count < 1)
    return emitError() << "rows, columns and count of blocks are at least 1";
  return success();
}

static bool namesWeights(Operation *op, Attribute attribute) {
  auto isWeight = [&](NamedAttribute each) {
    auto symbol = dyn_cast<FlatSymbolRefAttr>(each.getValue());
    return symbol && isa_and_nonnull<WeightOp>(SymbolTable::lookupSymbolIn(op, symbol));
  };
  auto byWeight = dyn_cast<DictionaryAttr>(attribute);
  return isa<ModuleOp>(op) && byWeight && llvm::all_of(byWeight, isWeight);
}

LogicalResult LlmcDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() == kPruning && !isPruningRecord(attribute.getValue()))
    return op->emitOpError() << kPruning
                             << " is a list of {all = 2, kind = \"heads\", left = 1, nodes = [\"up\"], why = \"\"}";
  if (attribute.getName() == attributeOf(Measure::Changes)) {
    if (!isa<ModuleOp>(op) || !isa<DenseF64ArrayAttr>(attribute.getValue()))
      return op->emitOpError() << attributeOf(Measure::Changes) << " is an array<f64> of the module";
    return success();
  }
  for (Measure measure : kMeasures)
    if (attribute.getName() == attributeOf(measure) && !namesWeights(op, attribute.getValue()))
      return op->emitOpError() << attributeOf(measure)
                               << " gives names of weights the weights of the module with what was measured";
  if (attribute.getName() == kZeros && !isa<DictionaryAttr>(attribute.getValue()))
    return op->emitOpError() << kZeros << " is a dictionary of lists of #llmc.blocks by the names of weights";
  if (auto type = dyn_cast<TypeAttr>(attribute.getValue());
      attribute.getName() == kHalvesAttr && !(type && isHalf(type.getValue())))
    return op->emitOpError() << kHalvesAttr << " is f16 or bf16";
  if (attribute.getName() == kBlocks && !isa<BlocksAttr>(attribute.getValue()))
    return op->emitOpError() << kBlocks << " is #llmc.blocks";
  if (attribute.getName() != kDecisions)
    return success();
  auto list = dyn_cast<ArrayAttr>(attribute.getValue());
  if (!list || !llvm::all_of(list, llvm::IsaPred<DecisionAttr>))
    return op->emitOpError() << kDecisions << " is a list of #llmc.decision";
  return success();
}

Operation *LlmcDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location location) {
  if (auto elements = dyn_cast<ElementsAttr>(value))
    return ConstantOp::create(builder, location, elements);
  return arith::ConstantOp::materialize(builder, value, type, location);
}

} // namespace llmc::ir
