// Schedules from a file: the manifest of an earlier compilation, perhaps edited, or what tuning found.
#ifndef LLMC_COMPILER_CODEGEN_TARGET_GIVENSCHEDULES_H
#define LLMC_COMPILER_CODEGEN_TARGET_GIVENSCHEDULES_H

#include "compiler/ir/LlmcDialect.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace llmc::codegen {

class GivenSchedules {
public:
  /// Reads {"kernels": [{"fingerprint": "...", "schedules": [{"level": "x86-64-v4", "tile": "32_8x48", "rows": 8,
  /// "vectors": 3, "chunk": 192, "depth": 768}]}]}, and ignores what else is in there.
  static llvm::Expected<GivenSchedules> read(llvm::StringRef path, mlir::MLIRContext *context);

  /// Null where the file has none.
  ir::ScheduleAttr find(llvm::StringRef fingerprint, llvm::StringRef level) const;
  bool empty() const { return schedules.empty(); }

private:
  llvm::StringMap<llvm::SmallVector<ir::ScheduleAttr, 2>> schedules; // by the fingerprint of their kernel
};

} // namespace llmc::codegen

#endif
