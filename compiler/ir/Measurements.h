// What calibration measured of the rows X that weights are multiplied with, all that a model met. Measurements are
// weights of the module, which says whose left sides they are of:
//
//   module attributes {llmc.extents = {w = @w.extents}, llmc.moments = {v = @w.moments, w = @w.moments}} {
//     llmc.weight @w.moments : tensor<64x64xf32> from "calibration" at 0
//     llmc.weight @w.extents : tensor<5x64xf32> from "calibration" at 16384
//
// Results of a function that measures them have the names of the weights: llmc.moments_of = ["w", "v"].
//
// How much each layer changes what goes through it is a number that passes see: llmc.changes = array<f64: 0.2, 0.05>.
#ifndef LLMC_COMPILER_IR_MEASUREMENTS_H
#define LLMC_COMPILER_IR_MEASUREMENTS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/WeightStore.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::ir {

/// Second moments, X^T X. How far columns extend: a row of each ExtentRow. How columns vary together: two rows of each
/// CovarianceRow, and second moments about the means behind them, since those about zero of columns that lie far from
/// it are too large to tell. How much a layer changes rows: a column of each ChangeRow.
enum class Measure { Moments, Extents, Covariances, Changes };
inline constexpr Measure kMeasures[] = {Measure::Moments, Measure::Extents, Measure::Covariances, Measure::Changes};

/// Of the elements of each column: the last is the sum of squares of what they differ from the mean.
enum ExtentRow : int64_t { kLeast, kGreatest, kCount, kMean, kDeviation };
inline constexpr int64_t kExtentRows = kDeviation + 1;
enum CovarianceRow : int64_t { kCovarianceCount, kCovarianceMean, kCovariances };
/// The sum over all rows of 1 less the cosine of what goes in and what comes out, and how many rows these are.
enum ChangeRow : int64_t { kChangeSum, kChangeCount, kChangeRows };

/// "moments", for names of weights.
llvm::StringRef nameOf(Measure measure);
/// "llmc.moments": of modules, the measurements by the names of weights; of changes the mean of each layer.
llvm::StringRef attributeOf(Measure measure);
/// "llmc.moments_of": of results of functions, the names of weights, or of a layer.
std::string resultAttributeOf(Measure measure);
/// Of rows of so many elements.
llvm::SmallVector<int64_t, 2> shapeOf(Measure measure, int64_t size);

/// Of products: what they are multiplied with is to be measured, whatever rules say.
inline constexpr llvm::StringLiteral kMeasuredAttr = "llmc.measured";
/// How many results a function that measures was not given, for want of memory.
inline constexpr llvm::StringLiteral kProbesLeftAttr = "llmc.probes_left";

/// Of rows of `size` elements, at an offset of a file, and the names of the weights.
struct Measurement {
  Measure measure;
  std::vector<std::string> weights;
  int64_t size;
  uint64_t offset;
};

/// What runs of one model measured.
struct Measurements {
  std::shared_ptr<InputFile> file; // of those in the list
  std::vector<Measurement> list;
  std::vector<double> changes; // the mean of each layer

  size_t count() const { return list.size() + changes.size(); }
};

/// Adds them to the weights of a module, and their files to its store.
void addMeasurements(mlir::ModuleOp module, WeightStore &store, llvm::ArrayRef<Measurements> measured);

/// What a module knows of one kind, by the names of the weights.
llvm::StringMap<WeightOp> measurementsIn(mlir::ModuleOp module, Measure measure);

/// The mean change of each layer, in the order of the program; nothing where nobody has measured.
std::optional<llvm::ArrayRef<double>> changesIn(mlir::ModuleOp module);

/// How the codes came about that a weight is, or is made from; null where it is something else.
EncodeOp encodingOf(WeightOp weight);
/// How many weights a module has with codes that moments had a say in.
int64_t compensatedWeights(mlir::ModuleOp module);

} // namespace llmc::ir

#endif
