// The code of a model for one CPU level, on its way from kernels to an object file.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LEVELCODE_H
#define LLMC_COMPILER_CODEGEN_CPU_LEVELCODE_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/codegen/artefact/NodeListing.h"
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/codegen/cpu/llvm/ObjectEmitter.h"

namespace llmc::codegen::cpu {

class LevelCode {
public:
  /// Lowers a planned model to LLVM IR and adds the level to `facts`; with debug lines where there is a listing for
  /// them. Null after a message.
  static std::unique_ptr<LevelCode> lower(mlir::func::FuncOp model, const TargetSpec &target,
                                          const WeightsLayout &weights, const NodeListing *listing, ModelFacts &facts);

  /// As lowered; offers bind and run, all else is internal.
  llvm::Module &module() { return *code; }
  /// How many functions optimize() and emit() come to, about.
  size_t stepCount() const { return stepsOf(*code); }
  /// From here on levels know nothing of each other: each may be worked on by a thread of its own.
  void optimize(CodeListener &listener) { cpu::optimize(*code, *machine, listener); }
  llvm::Expected<llvm::SmallVector<char, 0>> emit(bool assembly, CodeListener &listener) {
    return emitCode(*code, *machine, assembly, listener);
  }

private:
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> code;
};

/// The object file that holds the image of a model with all its levels: data, and references to their functions.
llvm::Expected<llvm::SmallVector<char, 0>> emitImage(const ModelFacts &facts, const TargetSpec &target);

} // namespace llmc::codegen::cpu

#endif
