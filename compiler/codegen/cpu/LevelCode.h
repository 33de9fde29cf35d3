// The code of a model for one CPU level.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LEVELCODE_H
#define LLMC_COMPILER_CODEGEN_CPU_LEVELCODE_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/codegen/artefact/NodeListing.h"
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/codegen/cpu/llvm/ObjectEmitter.h"

namespace llmc::codegen::cpu {

class LevelCode : public TargetCode {
public:
  /// Lowers the planned variants of a model to LLVM IR and adds the level to `facts`; with debug lines where there is a
  /// listing for them. Null after a message.
  static std::unique_ptr<LevelCode> lower(llvm::ArrayRef<mlir::func::FuncOp> variants, const TargetSpec &target,
                                          const WeightsLayout &weights, const NodeListing *listing, ModelFacts &facts);

  llvm::Module &module() override { return *code; }
  size_t stepCount() const override { return stepsOf(*code); }
  void optimize(CodeListener &listener) override { cpu::optimize(*code, *machine, listener); }
  llvm::Expected<Bytes> emit(CodeForm form, CodeListener &listener) override {
    return emitCode(*code, *machine, form, listener);
  }

private:
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> code;
};

} // namespace llmc::codegen::cpu

#endif
