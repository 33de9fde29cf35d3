// CPUs: each level has code of its own, and an artefact carries those that were asked for.
#include "compiler/codegen/artefact/ImageBuilder.h"
#include "compiler/codegen/cpu/CpuLevels.h"
#include "compiler/codegen/cpu/LevelCode.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/target/Targets.h"

namespace llmc::codegen {
namespace {

class CpuTarget : public Target {
public:
  llvm::StringRef name() const override { return "cpu"; }

  llvm::Expected<std::vector<TargetSpec>> specs(llvm::ArrayRef<std::string> names,
                                                llvm::StringRef triple) const override {
    return cpu::cpuLevels(names, triple);
  }

  KernelRules kernelRules(llvm::ArrayRef<TargetSpec> specs) const override {
    return {/*panelColumns=*/16, /*passOperands=*/3, /*mostScalars=*/1024,
            specs.empty() ? cpu::blockCosts({}) : cpu::blockCosts(specs.back())};
  }

  ir::ScheduleAttr schedule(ir::KernelOp kernel, ir::DimAnalysis &dims, const TargetSpec &spec) const override {
    return cpu::chooseSchedule(kernel, dims, spec);
  }

  std::vector<ir::ScheduleAttr> schedules(ir::KernelOp kernel, ir::DimAnalysis &dims,
                                          const TargetSpec &spec) const override {
    return cpu::schedulesToTry(kernel, dims, spec);
  }

  std::unique_ptr<TargetCode> lower(llvm::ArrayRef<mlir::func::FuncOp> variants, const TargetSpec &spec,
                                    const WeightsLayout &weights, const NodeListing *listing,
                                    ModelFacts &facts) const override {
    return cpu::LevelCode::lower(variants, spec, weights, listing, facts);
  }

  llvm::Expected<Bytes> emitImage(const ModelFacts &facts, const TargetSpec &spec) const override {
    auto machine = cpu::makeTargetMachine(spec);
    if (!machine)
      return machine.takeError();
    llvm::LLVMContext context;
    cpu::throwErrors(context);
    llvm::Module module("image", context);
    module.setTargetTriple((*machine)->getTargetTriple());
    module.setDataLayout((*machine)->createDataLayout());
    buildImages(module, facts);
    CodeListener nobody;
    return cpu::emitCode(module, **machine, CodeForm::Object, nobody);
  }
};

} // namespace

const Target &cpuTarget() {
  static const CpuTarget target;
  return target;
}

} // namespace llmc::codegen
