// Instructions of a machine that LLVM has by name.
#ifndef LLMC_COMPILER_CODEGEN_CPU_VECTORS_INTRINSICS_H
#define LLMC_COMPILER_CODEGEN_CPU_VECTORS_INTRINSICS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace llmc::codegen::cpu {

inline mlir::Value callIntrinsic(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                                 mlir::ValueRange operands, mlir::Type result) {
  return mlir::LLVM::CallIntrinsicOp::create(builder, loc, result, builder.getStringAttr(name), operands).getResult(0);
}

/// One that gives nothing.
inline void callIntrinsic(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                          mlir::ValueRange operands) {
  mlir::LLVM::CallIntrinsicOp::create(builder, loc, builder.getStringAttr(name), operands);
}

} // namespace llmc::codegen::cpu

#endif
