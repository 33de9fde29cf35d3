// Asks the target about each kernel and each level.
#include "compiler/codegen/target/GivenSchedules.h"
#include "compiler/codegen/target/Passes.h"
#include "compiler/codegen/target/Targets.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/Fingerprint.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Variants.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace llmc::codegen;

namespace llmc::passes {
#define GEN_PASS_DEF_CHOOSESCHEDULES
#include "compiler/codegen/target/Passes.h.inc"

namespace {

struct ChooseSchedulesPass : impl::ChooseSchedulesBase<ChooseSchedulesPass> {
  using ChooseSchedulesBase::ChooseSchedulesBase;

  void runOnOperation() override {
    const Target &target = *targets().front();
    std::vector<std::string> names(levels.begin(), levels.end());
    auto specs = target.specs(names.empty() ? std::vector<std::string>{"all"} : names, triple);
    if (!specs) {
      getOperation().emitError() << llvm::toString(specs.takeError());
      return signalPassFailure();
    }
    ir::DimAnalysis dims(getOperation());
    if (!dims.isValid())
      return signalPassFailure();
    if (failed(readGiven()))
      return signalPassFailure();
    std::vector<std::vector<TargetSpec>> chains;
    for (const TargetSpec &spec : *specs)
      chains.push_back(target.withBases(spec));
    getOperation().walk([&](ir::KernelOp kernel) { choose(kernel, target, chains, dims); });
    if (!given.empty() && !knowsAny && ir::variantDims(getOperation()).empty()) { // others may have come later
      getOperation().emitError()
          << "none of the kernels in " << given
          << " is one of this model; try: the manifest of the same model, compiled with the same dims";
      signalPassFailure();
    }
  }

private:
  LogicalResult readGiven() {
    if (given.empty())
      return success();
    auto read = GivenSchedules::read(given, &getContext());
    if (!read)
      return getOperation().emitError() << llvm::toString(read.takeError());
    file = std::move(*read);
    return success();
  }

  /// For each level, the first of its chain.
  void choose(ir::KernelOp kernel, const Target &target, ArrayRef<std::vector<TargetSpec>> chains,
              ir::DimAnalysis &dims) {
    SmallVector<Attribute> schedules;
    if (auto chosen = kernel.getSchedules())
      llvm::append_range(schedules, *chosen);
    size_t given = schedules.size();
    std::string fingerprint = file.empty() ? "" : ir::fingerprintOf(kernel, dims);
    auto make = [&](const TargetSpec &spec) {
      if (ir::ScheduleAttr schedule = kernel.getSchedule(spec.level))
        return schedule;
      ir::ScheduleAttr schedule = file.find(fingerprint, spec.level);
      knowsAny |= schedule != nullptr;
      return schedule ? schedule : target.schedule(kernel, dims, spec);
    };
    llvm::StringMap<ir::ScheduleAttr> known; // levels stand in the chains of several
    auto find = [&](const TargetSpec &spec) {
      auto [found, isNew] = known.try_emplace(spec.level);
      if (isNew)
        found->second = make(spec);
      return found->second;
    };
    for (ArrayRef<TargetSpec> chain : chains) {
      ir::ScheduleAttr schedule = find(chain.front());
      for (const TargetSpec &base : chain.drop_front()) { // what a level does as its base does is the base's
        ir::ScheduleAttr ofBase = schedule ? find(base) : nullptr;
        if (!ofBase || !ofBase.hasLoopsOf(schedule))
          break;
        schedule = ofBase;
      }
      if (schedule && !llvm::is_contained(schedules, schedule))
        schedules.push_back(schedule);
    }
    if (schedules.size() == given)
      return;
    numChosen += schedules.size() - given;
    kernel.setSchedulesAttr(ArrayAttr::get(&getContext(), schedules));
  }

  GivenSchedules file;
  bool knowsAny = false; // of its kernels
};

} // namespace
} // namespace llmc::passes
