// Runs a model on data to learn what pruning and quantization want to know.
#ifndef LLMC_COMPILER_CALIBRATION_CALIBRATE_H
#define LLMC_COMPILER_CALIBRATION_CALIBRATE_H

#include "compiler/execution/GivenInput.h"
#include "compiler/execution/RunHere.h"
#include "compiler/ir/Measurements.h"

namespace llmc::calibration {

/// How much memory is taken by what is measured at once; where there is more, the data are run through the model
/// several times.
inline constexpr int64_t kMostMeasuredBytes = int64_t(1) << 30;

/// The measurements that rules of options.pruning ask for, and those that options.quantization asks for of what pruning
/// leaves. What `load` loads is compiled for this machine, loaded into this process and run on `inputs`; no file of it
/// has a name. To be added to a compilation with the same options. The result follows from model, options and data, and
/// not from the number of threads.
llvm::Expected<std::vector<ir::Measurements>> calibrate(execution::Load load, const pipeline::CompileOptions &options,
                                                        llvm::ArrayRef<execution::GivenInput> inputs,
                                                        int64_t mostBytes = kMostMeasuredBytes);

} // namespace llmc::calibration

#endif
