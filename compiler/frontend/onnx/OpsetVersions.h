// Which versions of ONNX's file format and operator sets are read, and the check that a model uses
// those.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_OPSETVERSIONS_H
#define LLMC_COMPILER_FRONTEND_ONNX_OPSETVERSIONS_H

#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace onnx {
class ModelProto;
}

namespace llmc::frontend {

/// IR 3 is the first whose graphs look like today's. The newest one read is that of the
/// onnx-ml.proto we are built with.
inline constexpr int64_t kOldestIrVersion = 3;

/// Before IR 4 every initializer had to be listed among the inputs, so being there does not make it
/// a default.
inline constexpr int64_t kFirstIrVersionWithConstantInitializers = 4;

struct OpsetRange {
  llvm::StringLiteral domain; ///< "" is ai.onnx
  int64_t oldest;
  int64_t newest;
};

/// Operator sets with a version policy. Domains that are not listed are judged operator by
/// operator.
inline constexpr OpsetRange kOpsetRanges[] = {
    {"", 13, 28},
    {"com.microsoft", 1, 1},
};

/// ONNX spells its own domain in two ways; this gives the short one, "".
inline llvm::StringRef normalizedDomain(llvm::StringRef domain) {
  return domain == "ai.onnx" ? llvm::StringRef() : domain;
}

/// The domain as people write it, "ai.onnx" for "".
inline llvm::StringRef displayedDomain(llvm::StringRef domain) {
  return domain.empty() ? llvm::StringRef("ai.onnx") : domain;
}

/// Refuses IR versions and operator sets out of range, and domains imported twice in different
/// versions.
llvm::Error checkVersions(const onnx::ModelProto &model, const OnnxReporter &reporter);

} // namespace llmc::frontend

#endif
