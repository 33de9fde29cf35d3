#ifndef LLMC_PASSES_TARGET
#define LLMC_PASSES_TARGET
include "mlir/Pass/PassBase.td"

def ChooseSchedules : Pass<"llmc-choose-schedules", "::mlir::func::FuncOp"> {
  let summary = "say how the loops of each kernel are built";
  let description = [{
    Each kernel whose loops leave a choice gets a schedule a level, with the reason. One that is there already stays, and one
    that a file gives for the fingerprint of the kernel comes first: whoever wrote it knows better. A file none of whose
    kernels is there is refused.

    Before: `llmc.kernel matmul (...) ...`. After, for one level: `llmc.kernel matmul (...) ... attributes {schedules =
    [#llmc.schedule<"x86-64-v3", "32_6x16", rows = 6, vectors = 2, chunk = 64, why = "the only row for sums of 32 bits">]}`.
  }];
  let options = [ListOption<"levels", "levels", "std::string", "levels of the target; none: all of them">,
                 Option<"triple", "triple", "std::string", "", "of the target; empty: this machine's">,
                 Option<"given", "given", "std::string", "", "a file of schedules, which come before what the target says">];
  let statistics = [Statistic<"numChosen", "num-chosen", "schedules">];
}
#endif
