// From the LLVM dialect to machine code, in process.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_OBJECTEMITTER_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_OBJECTEMITTER_H

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

/// Hears how far LLVM is. Once it says no, LLVM ends soon, and what it gives is worth nothing.
class CodeListener {
public:
  virtual ~CodeListener() = default;
  /// LLVM comes to another function, stepsOf(module) times in all, about.
  virtual bool onFunction() { return true; }
  /// Another pass over a function begins.
  virtual bool onPass() { return true; }
};

size_t stepsOf(const llvm::Module &module);
void optimize(llvm::Module &module, llvm::TargetMachine &machine, CodeListener &listener);
/// An object file, or assembly.
llvm::Expected<llvm::SmallVector<char, 0>> emitCode(llvm::Module &module, llvm::TargetMachine &machine, bool assembly,
                                                    CodeListener &listener);

} // namespace llmc::codegen::cpu

#endif
