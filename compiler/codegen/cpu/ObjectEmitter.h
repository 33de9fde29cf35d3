// From the LLVM dialect to machine code, in process.
#ifndef LLMC_COMPILER_CODEGEN_CPU_OBJECTEMITTER_H
#define LLMC_COMPILER_CODEGEN_CPU_OBJECTEMITTER_H

#include "compiler/support/TargetSpec.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace llmc::codegen::cpu {

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> makeTargetMachine(const TargetSpec &target);

/// Null when the module can't be translated, after a message.
std::unique_ptr<llvm::Module> translateToLlvm(mlir::ModuleOp code, llvm::LLVMContext &context,
                                              llvm::TargetMachine &machine);
void optimize(llvm::Module &module, llvm::TargetMachine &machine);
/// An object file, or assembly.
llvm::Expected<llvm::SmallVector<char, 0>> emitCode(llvm::Module &module, llvm::TargetMachine &machine, bool assembly);

} // namespace llmc::codegen::cpu

#endif
