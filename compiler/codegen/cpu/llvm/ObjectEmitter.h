// From the LLVM dialect to machine code, in process.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_OBJECTEMITTER_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_OBJECTEMITTER_H

#include "compiler/codegen/target/TargetCode.h"
#include "compiler/support/TargetSpec.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace llmc::codegen::cpu {

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> makeTargetMachine(const TargetSpec &target);

/// Lets errors that LLVM finds in a module be FatalErrors. By itself it prints them and ends the process.
void throwErrors(llvm::LLVMContext &context);

/// Null when the module can't be translated, after a message.
std::unique_ptr<llvm::Module> translateToLlvm(mlir::ModuleOp code, llvm::LLVMContext &context,
                                              llvm::TargetMachine &machine);

/// How many functions LLVM comes to in optimize() and emitCode(), about.
size_t stepsOf(const llvm::Module &module);
void optimize(llvm::Module &module, llvm::TargetMachine &machine, CodeListener &listener);
llvm::Expected<Bytes> emitCode(llvm::Module &module, llvm::TargetMachine &machine, CodeForm form,
                               CodeListener &listener);

} // namespace llmc::codegen::cpu

#endif
