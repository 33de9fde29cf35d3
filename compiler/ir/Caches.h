// Caches in few bits: pairs of an input that holds what a decoder has seen and an output with something behind it,
// which the model has in floats. Elements of a row, the key or value of one position, have a step in common where they
// are whole numbers; steps then are an input and an output of their own, and a state as codes are.
//
// `llmc-narrow-caches` notes them on the function:
// `llmc.caches = [{axis = 3, codes = 3, dtype = 1, input = 3, input_steps = 7, output = 1, output_steps = 5}]`.
#ifndef LLMC_COMPILER_IR_CACHES_H
#define LLMC_COMPILER_IR_CACHES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <optional>
#include <vector>

namespace llmc::ir {

inline constexpr llvm::StringLiteral kCachesAttr = "llmc.caches"; // of functions
/// What whole numbers of a row go up to; the least is its negative.
inline constexpr int64_t kMostCacheCode = 127;

struct NarrowCache {
  struct Steps {
    unsigned input, output;
    bool operator==(const Steps &other) const { return input == other.input && output == other.output; }
  };
  unsigned input, output;
  unsigned axis;              // along which a row lies
  uint32_t dtype, codes;      // ONNX's element types of the floats that the model has, and of what stands for them
  std::optional<Steps> steps; // nothing where elements are floats of 16 bits
  bool operator==(const NarrowCache &other) const {
    return input == other.input && output == other.output && axis == other.axis && dtype == other.dtype &&
           codes == other.codes && steps == other.steps;
  }
};

std::vector<NarrowCache> readCaches(mlir::func::FuncOp function);
void writeCaches(mlir::func::FuncOp function, llvm::ArrayRef<NarrowCache> caches);

} // namespace llmc::ir

#endif
