// ONNX TensorProto (.pb), as in the test data that comes with models. The few fields are decoded by
// hand, so that no protobuf library is needed here.
#ifndef LLMC_TOOLS_LLMC_TENSORS_TENSORPROTOFILE_H
#define LLMC_TOOLS_LLMC_TENSORS_TENSORPROTOFILE_H

#include "tools/llmc/tensors/HostTensor.h"

namespace llmc::tools {

// Reads raw_data and the typed fields (float_data, int32_data, int64_data, double_data,
// uint64_data), packed or not. Strings, external data and segments are refused. Messages begin with
// `origin`.
llvm::Expected<HostTensor> parseTensorProto(llvm::StringRef contents, llvm::StringRef origin);

// Writes dims, data_type, name and raw_data.
std::string printTensorProto(const HostTensor &tensor);

} // namespace llmc::tools
#endif
