// What a graph is made of, in the words that people use for it.
#ifndef LLMC_COMPILER_PIPELINE_RECOGNISE_H
#define LLMC_COMPILER_PIPELINE_RECOGNISE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

namespace llmc::pipeline {

using Recognised = llvm::MapVector<llvm::StringRef, int64_t>;

/// Counts "attention", "layer norm", "gelu (erf)" and the like, after fusion or with kernels formed. Kinds that do not
/// occur are left out.
Recognised recognise(mlir::func::FuncOp function);

/// "12 attention, 25 layer norm"; empty when nothing was recognised.
std::string recognisedText(const Recognised &recognised);

} // namespace llmc::pipeline

#endif
