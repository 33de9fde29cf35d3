// Registration of the dialect, and the generated parts that belong to no family.
#include "compiler/ir/LlmcDialect.h"
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

Operation *LlmcDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location location) {
  if (auto elements = dyn_cast<ElementsAttr>(value))
    return ConstantOp::create(builder, location, elements);
  return arith::ConstantOp::materialize(builder, value, type, location);
}

} // namespace llmc::ir
