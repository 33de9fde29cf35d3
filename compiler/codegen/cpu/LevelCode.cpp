// Levels share no code but the runtime's, which any CPU of the architecture can run.
#include "compiler/codegen/cpu/LevelCode.h"
#include "compiler/codegen/artefact/ImageBuilder.h"
#include "compiler/codegen/cpu/llvm/DebugLines.h"
#include "compiler/codegen/cpu/llvm/LlvmLowering.h"
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/host/ModelLowering.h"
#include "llvm/IR/DebugInfoMetadata.h"

using namespace mlir;

namespace llmc::codegen::cpu {

static void renameTo(llvm::StringRef name, llvm::DISubprogram &function) {
  constexpr unsigned nameOperand = 2;
  assert(function.getOperand(nameOperand) == function.getRawName());
  function.replaceOperandWith(nameOperand, llvm::MDString::get(function.getContext(), name));
  function.replaceLinkageName(nullptr); // the same
}

/// Names that differ from those of other levels, also in profiles and debuggers. The image refers to two for each
/// variant; the rest stays inside the object.
static void closeModule(llvm::Module &module, const LevelFacts &level) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    bool isEntry = function.getName().starts_with(kBindName) || function.getName().starts_with(kRunName);
    function.setName(nameForLevel(function.getName(), level));
    if (llvm::DISubprogram *described = function.getSubprogram())
      renameTo(function.getName(), *described);
    if (isEntry)
      function.setVisibility(llvm::GlobalValue::HiddenVisibility);
    else
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
}

std::unique_ptr<LevelCode> LevelCode::lower(ArrayRef<func::FuncOp> variants, const TargetSpec &target,
                                            const WeightsLayout &weights, const NodeListing *listing,
                                            ModelFacts &facts) {
  auto result = std::make_unique<LevelCode>();
  throwErrors(result->context);
  auto machine = makeTargetMachine(target);
  if (!machine) {
    variants.front()->emitError() << llvm::toString(machine.takeError());
    return nullptr;
  }
  result->machine = std::move(*machine);
  ModelFacts own;
  auto lower = [&](ModuleOp code, llvm::StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                   const ir::StateMemory &states) { return lowerKernel(code, name, kernel, dims, states, target); };
  auto lowered = lowerModel(variants, lower, weights, own);
  if (!lowered || failed(lowerToLlvm(*lowered, target)))
    return nullptr;
  if (listing && failed(addDebugLines(*lowered, *listing)))
    return nullptr;
  result->code = translateToLlvm(*lowered, result->context, *result->machine);
  if (!result->code)
    return nullptr;
  if (facts.levels.empty()) { // what the model is does not depend on the level
    facts = std::move(own);
  }
  facts.levels.push_back({target.level, target.cpuFeatures});
  closeModule(*result->code, facts.levels.back());
  return result;
}

} // namespace llmc::codegen::cpu
