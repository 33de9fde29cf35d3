// What a backend is: an object without a state of its own, which knows the machines that it has code for, what passes
// must respect to suit them, and how a planned model becomes code. All that the pipeline and the tools see of it.
#ifndef LLMC_COMPILER_CODEGEN_TARGET_TARGET_H
#define LLMC_COMPILER_CODEGEN_TARGET_TARGET_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/codegen/artefact/NodeListing.h"
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/codegen/target/TargetCode.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/support/TargetSpec.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace llmc::codegen {

class Target {
public:
  virtual ~Target() = default;

  /// "cpu"
  virtual llvm::StringRef name() const = 0;

  /// Levels of the architecture of `triple` (empty: this machine's), each once and worst first. A name is that of a
  /// level, "native" (the best that this machine has) or "all". Fails for an unknown name or an architecture that there
  /// is no code for.
  virtual llvm::Expected<std::vector<TargetSpec>> specs(llvm::ArrayRef<std::string> names,
                                                        llvm::StringRef triple) const = 0;
  /// A level, and behind it those that it is with more instructions, the nearest first.
  std::vector<TargetSpec> withBases(const TargetSpec &spec) const {
    std::vector<TargetSpec> all = {spec};
    for (const std::string &base : spec.bases)
      all.push_back(std::move(llvm::cantFail(specs({base}, spec.triple)).front()));
    return all;
  }

  /// What passes must know of its kernels at all of these levels: the graph is brought into kernels once for all.
  virtual KernelRules kernelRules(llvm::ArrayRef<TargetSpec> specs) const = 0;

  /// How the loops of a kernel are built for one level; null where there is nothing to choose.
  virtual ir::ScheduleAttr schedule(ir::KernelOp kernel, ir::DimAnalysis &dims, const TargetSpec &spec) const = 0;

  /// The schedules that are worth measuring, the one of schedule() first; none where there is nothing to choose.
  virtual std::vector<ir::ScheduleAttr> schedules(ir::KernelOp kernel, ir::DimAnalysis &dims,
                                                  const TargetSpec &spec) const = 0;

  /// Lowers the planned variants of a model for one level, and adds the level to `facts`; with debug lines where there
  /// is a listing for them. Null after a message.
  virtual std::unique_ptr<TargetCode> lower(llvm::ArrayRef<mlir::func::FuncOp> variants, const TargetSpec &spec,
                                            const WeightsLayout &weights, const NodeListing *listing,
                                            ModelFacts &facts) const = 0;

  /// The object file that holds the image of a model with all its levels: data, and references to their functions.
  virtual llvm::Expected<Bytes> emitImage(const ModelFacts &facts, const TargetSpec &spec) const = 0;
};

} // namespace llmc::codegen

#endif
