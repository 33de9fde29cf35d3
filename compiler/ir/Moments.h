// Second moments of what weights are multiplied with: X^T X, a matrix of f32, summed over all rows X that a model met
// in calibration. They are weights of the module, which says whose left sides they are of:
//
//   module attributes {llmc.moments = {v = @w.moments, w = @w.moments}} {
//     llmc.weight @w.moments : tensor<64x64xf32> from "calibration" at 0
//
// Results of a function that measures them have the names of the weights: llmc.moments_of = ["w", "v"].
#ifndef LLMC_COMPILER_IR_MOMENTS_H
#define LLMC_COMPILER_IR_MOMENTS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/WeightStore.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::ir {

inline constexpr llvm::StringLiteral kMomentsAttr = "llmc.moments";      // of modules
inline constexpr llvm::StringLiteral kMomentsOfAttr = "llmc.moments_of"; // of results of functions
/// Of products: what they are multiplied with is to be measured, whatever rules say.
inline constexpr llvm::StringLiteral kMeasuredAttr = "llmc.measured";
/// How many results a function that measures was not given, for want of memory.
inline constexpr llvm::StringLiteral kProbesLeftAttr = "llmc.probes_left";

/// Moments of `size` x `size` elements at an offset of a file, and the names of the weights.
struct Moments {
  std::vector<std::string> weights;
  int64_t size;
  uint64_t offset;
};

/// What runs of one model measured.
struct MeasuredMoments {
  std::shared_ptr<InputFile> file;
  std::vector<Moments> list;
};

/// Adds them to the weights of a module, and their files to its store.
void addMoments(mlir::ModuleOp module, WeightStore &store, llvm::ArrayRef<MeasuredMoments> measured);

/// The moments in a module, by the names of the weights.
llvm::StringMap<WeightOp> momentsIn(mlir::ModuleOp module);

/// How the codes came about that a weight is, or is made from; null where it is something else.
EncodeOp encodingOf(WeightOp weight);
/// How many weights a module has with codes that moments had a say in.
int64_t compensatedWeights(mlir::ModuleOp module);

} // namespace llmc::ir

#endif
