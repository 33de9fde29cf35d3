// The classes of errors that the layers below have.
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "compiler/support/UsageError.h"

namespace llmc::pipeline {

static ErrorKind kindOf(const frontend::OnnxError &error) {
  switch (error.getCode()) {
  case frontend::OnnxErrorCode::NodesUnsupported:
  case frontend::OnnxErrorCode::IrVersionTooNew:
  case frontend::OnnxErrorCode::IrVersionTooOld:
  case frontend::OnnxErrorCode::OpsetTooNew:
  case frontend::OnnxErrorCode::OpsetTooOld:
  case frontend::OnnxErrorCode::TensorOfStrings:
  case frontend::OnnxErrorCode::TensorSegmented:
  case frontend::OnnxErrorCode::SparseTensor:
  case frontend::OnnxErrorCode::NotATensor:
  case frontend::OnnxErrorCode::InputRankUnknown:
  case frontend::OnnxErrorCode::InterfaceElementType:
  case frontend::OnnxErrorCode::OperandNotSizes:
  case frontend::OnnxErrorCode::OperandNotConstant:
  case frontend::OnnxErrorCode::ScatteredWrites:
  case frontend::OnnxErrorCode::ReductionInit:
  case frontend::OnnxErrorCode::ReductionAxes:
  case frontend::OnnxErrorCode::OutputNotSet:
  case frontend::OnnxErrorCode::OutputUnsupported:
  case frontend::OnnxErrorCode::DimMustBeKnown:
  case frontend::OnnxErrorCode::FunctionOpset:
    return ErrorKind::Refused;
  case frontend::OnnxErrorCode::DimUnknown:
  case frontend::OnnxErrorCode::DimRange:
    return ErrorKind::Usage;
  default:
    return ErrorKind::Broken;
  }
}

DescribedError describeError(llvm::Error error) {
  DescribedError described = {ErrorKind::Broken, ""};
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    if (info.isA<frontend::OnnxError>())
      described.kind = kindOf(static_cast<const frontend::OnnxError &>(info));
    else if (info.isA<UsageError>())
      described.kind = ErrorKind::Usage;
    else if (info.isA<RefusedError>())
      described.kind = ErrorKind::Refused;
    else if (info.isA<CancelledError>())
      described.kind = ErrorKind::Cancelled;
    described.message += (described.message.empty() ? "" : "; ") + info.message();
  });
  return described;
}

} // namespace llmc::pipeline
