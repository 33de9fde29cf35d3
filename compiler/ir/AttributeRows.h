// Tables of numbers that functions carry as attributes: arrays of dictionaries, which somebody may have changed as
// text.
#ifndef LLMC_COMPILER_IR_ATTRIBUTEROWS_H
#define LLMC_COMPILER_IR_ATTRIBUTEROWS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace llmc::ir {

/// The rows of a table; none where there is no such table. What is no dictionary is left out.
llvm::SmallVector<mlir::DictionaryAttr> rowsOf(mlir::func::FuncOp function, llvm::StringRef table);
/// One that names nothing, UINT_MAX, where the row has none.
unsigned numberIn(mlir::DictionaryAttr row, llvm::StringRef key);

} // namespace llmc::ir

#endif
