// Checks a model's IR version and operator set imports against the tables of the header.
#include "compiler/frontend/onnx/OpsetVersions.h"

#include "llvm/ADT/StringMap.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;

static llvm::Error checkIrVersion(int64_t version, const OnnxReporter &reporter) {
  if (version > onnx::IR_VERSION)
    return reporter.error<Code::IrVersionTooNew>("", version, int64_t(onnx::IR_VERSION));
  if (version < kOldestIrVersion)
    return reporter.error<Code::IrVersionTooOld>("", version, kOldestIrVersion);
  return llvm::Error::success();
}

static llvm::Error checkRange(llvm::StringRef domain, int64_t version, const OnnxReporter &reporter) {
  for (const OpsetRange &range : kOpsetRanges) {
    if (range.domain != domain)
      continue;
    if (version > range.newest)
      return reporter.error<Code::OpsetTooNew>("", quoted(displayedDomain(domain)), version, range.newest);
    if (version < range.oldest)
      return reporter.error<Code::OpsetTooOld>("", quoted(displayedDomain(domain)), version, range.oldest);
  }
  return llvm::Error::success();
}

llvm::Error checkVersions(const onnx::ModelProto &model, const OnnxReporter &reporter) {
  if (llvm::Error error = checkIrVersion(model.ir_version(), reporter))
    return error;
  llvm::StringMap<int64_t> imported;
  for (const onnx::OperatorSetIdProto &opset : model.opset_import()) {
    llvm::StringRef domain = normalizedDomain(opset.domain());
    if (llvm::Error error = checkRange(domain, opset.version(), reporter))
      return error;
    int64_t first = imported.try_emplace(domain, opset.version()).first->second;
    if (first != opset.version())
      return reporter.error<Code::OpsetConflict>("", quoted(displayedDomain(domain)), first, opset.version());
  }
  if (imported.empty())
    return reporter.error<Code::OpsetMissing>("", "any domain");
  return llvm::Error::success();
}

} // namespace llmc::frontend
