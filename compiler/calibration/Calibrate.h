// Runs a model on data to learn what pruning and quantization want to know.
#ifndef LLMC_COMPILER_CALIBRATION_CALIBRATE_H
#define LLMC_COMPILER_CALIBRATION_CALIBRATE_H

#include "compiler/execution/GivenInput.h"
#include "compiler/execution/RunHere.h"
#include "compiler/ir/Moments.h"

namespace llmc::calibration {

/// How much memory moments take that are measured at once; where there are more, the data are run through the model
/// several times.
inline constexpr int64_t kMostMomentBytes = int64_t(1) << 30;

/// The moments that rules of options.pruning ask for, and those that options.quantization asks for of what pruning
/// leaves. What `load` loads is compiled for this machine, loaded into this process and run on `inputs`; no file of it
/// has a name. To be added to a compilation with the same options. The result follows from model, options and data, and
/// not from the number of threads.
llvm::Expected<std::vector<ir::MeasuredMoments>> calibrate(execution::Load load,
                                                           const pipeline::CompileOptions &options,
                                                           llvm::ArrayRef<execution::GivenInput> inputs,
                                                           int64_t mostBytes = kMostMomentBytes);

} // namespace llmc::calibration

#endif
