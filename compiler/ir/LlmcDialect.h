// The llmc dialect: operations, enums and interfaces. See docs/reference/dialect.md.
#ifndef LLMC_COMPILER_IR_LLMCDIALECT_H
#define LLMC_COMPILER_IR_LLMCDIALECT_H

#include "compiler/ir/CodeForm.h"
#include "compiler/ir/DimOracle.h"
#include "compiler/ir/OpRoles.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/Error.h"

namespace llmc::reference {
struct Evaluation; // known by name only: the interfaces are declared here, the reference is built on them
}

#include "compiler/ir/LlmcDialect.h.inc"
#include "compiler/ir/LlmcEnums.h.inc"
#include "compiler/ir/LlmcInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "compiler/ir/LlmcAttributes.h.inc"

#define GET_OP_CLASSES
#include "compiler/ir/LlmcOps.h.inc"

#endif
