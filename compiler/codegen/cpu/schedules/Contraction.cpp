// The model is for choosing among rows, so it leaves out what costs each of them alike: the left side, and the
// epilogue.
#include "compiler/codegen/cpu/schedules/Contraction.h"
#include "llmc/artefact.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <vector>

namespace llmc::codegen::cpu {

DotKind byteDotOf(const TargetSpec &spec) {
  if (spec.instructions & LLMC_CPU_AMX_INT8)
    return DotKind::Tiles;
  if (spec.instructions & LLMC_CPU_AARCH64_I8MM)
    return DotKind::Squares;
  return hasByteQuads(spec) ? DotKind::Quads : DotKind::Pairs;
}

DotKind codeDotOf(const TargetSpec &spec) {
  if (DotKind bytes = byteDotOf(spec); bytes == DotKind::Tiles)
    return bytes;
  return hasByteQuads(spec) ? DotKind::CodeQuads : DotKind::CodePairs;
}

bool hasByteQuads(const TargetSpec &spec) {
  return spec.instructions & (LLMC_CPU_AVX512_VNNI | LLMC_CPU_AVX_VNNI | LLMC_CPU_AARCH64_DOTPROD);
}

static bool hasHalfPairs(const TargetSpec &spec) {
  return spec.instructions & (LLMC_CPU_AVX512_BF16 | LLMC_CPU_AARCH64_BF16);
}

DotKind halfDotOf(const TargetSpec &spec) {
  if (spec.instructions & LLMC_CPU_AMX_BF16)
    return DotKind::Tiles;
  if (spec.instructions & LLMC_CPU_AARCH64_BF16)
    return DotKind::Squares;
  return hasHalfPairs(spec) ? DotKind::HalfPairs : DotKind::Halves;
}

DotKind blockDotOf(const TargetSpec &spec, int64_t rows) {
  if (rows == 1)
    return DotKind::BlockSingle;
  if (rows == 2)
    return hasHalfPairs(spec) ? DotKind::BlockHalfPairs : DotKind::BlockHalves;
  return hasByteQuads(spec) ? DotKind::BlockQuads : DotKind::BlockPairs;
}

std::vector<ContractionRow> contractionRows(const TargetSpec &spec, int64_t sumBits, DotKind dot) {
  static constexpr ContractionRow table[] = {
#define LLMC_CONTRACTION(name, dot, ...) {name, DotKind::dot, __VA_ARGS__},
#include "compiler/codegen/cpu/schedules/Contraction.def"
#undef LLMC_CONTRACTION
  };
  // Sums narrower than 32 bits are rare, and fit where those do.
  int64_t bits = std::max<int64_t>(sumBits, 32);
  std::vector<ContractionRow> rows;
  for (const ContractionRow &row : table)
    if (row.vectorBytes == spec.vectorBytes && row.vectorRegisters <= spec.vectorRegisters && row.sumBits == bits &&
        row.dot == dot)
      rows.push_back(row);
  if (rows.empty()) // a target that nobody has tuned
    rows.push_back({"4x1", dot, spec.vectorBytes, spec.vectorRegisters, bits, 4, 1, 64});
  return rows;
}

/// Bytes a cycle from where `bytes` that are read again and again come to lie.
static double bandwidth(int64_t bytes, const TargetSpec &spec) {
  constexpr double fromL1 = 128, fromL2 = 16, fromMemory = 4;
  if (bytes <= spec.l1Bytes / 2) // the other half holds the left side
    return fromL1;
  return bytes <= spec.l2Bytes / 2 ? fromL2 : fromMemory;
}

namespace {

/// Those that multiply and add a vector.
double instructionsOf(DotKind dot) {
  switch (dot) {
  case DotKind::Pairs:
  case DotKind::CodePairs:
    return 4;
  case DotKind::Halves:
    return 2;
  case DotKind::Squares:
    return 0.5;
  default:
    return 1;
  }
}
bool isOfOneRow(DotKind dot) { return dot == DotKind::Single || dot == DotKind::BlockSingle; }

/// Tiles of one width, which pass over all rows.
class Group {
public:
  Group(const ContractionRow &row, const ContractionShape &shape, const TargetSpec &spec, int64_t vectors)
      : shape(shape), spec(spec), vectors(double(vectors)), lanes(spec.lanesOf(static_cast<unsigned>(row.sumBits))),
        blocks(double(llvm::divideCeil(shape.rows, row.rows))), group(isOfOneRow(row.dot) ? 1 : 32 / shape.rightBits),
        instructions(instructionsOf(row.dot)), blockOfDepth(depthBlock(row, shape, spec)) {}

  double cycles() const {
    // A multiply-add waits for the last one of its sum; two vectors or broadcasts are loaded in a cycle; and a tile
    // costs something before its sums flow and after.
    constexpr double latency = 4, loadsPerCycle = 2, tileCycles = 100;
    double height = double(shape.rows) / std::max(blocks, 1.0); // blocks are split evenly
    double multiply = std::max(height * vectors * instructions / double(spec.multiplyAdds), latency);
    double compute = std::max(multiply, (height + vectors) / loadsPerCycle);
    double bytes = vectors * double(lanes * group * shape.rightBits) / 8; // of the right side, in a step along k
    double depth = double(llvm::divideCeil(shape.depth, group));
    double near = bytes * double(blockOfDepth ? blockOfDepth : shape.depth) / double(group);
    double again = bytes / bandwidth(static_cast<int64_t>(near), spec);
    double fetch = bytes / bandwidth(shape.columns * shape.depth * shape.rightBits / 8, spec);
    // A single block of rows waits for the columns, more of them fetch the next ones meanwhile.
    double steps = std::max(blocks * std::max(compute, blocks > 1 ? again : 0), fetch);
    return depth * steps + blocks * tileCycles;
  }

private:
  const ContractionShape &shape;
  const TargetSpec &spec;
  double vectors;
  int64_t lanes;
  double blocks; // of rows
  int64_t group; // rows of k in a step
  double instructions;
  int64_t blockOfDepth; // 0: all
};

} // namespace

int64_t depthBlock(const ContractionRow &row, const ContractionShape &shape, const TargetSpec &spec) {
  // Those at hand and those that come next take a third of the cache.
  constexpr int64_t wholeTurns = 16;
  if (row.dot != DotKind::Single || row.sumBits != 32)
    return 0;
  int64_t bytesOfStep = row.vectors * spec.lanesOf(static_cast<unsigned>(row.sumBits)) * shape.rightBits / 8;
  auto blocks = static_cast<int64_t>(llvm::divideCeil(shape.depth * bytesOfStep, spec.l2Bytes / 6));
  if (blocks <= 1)
    return 0;
  return static_cast<int64_t>(llvm::alignTo(llvm::divideCeil(shape.depth, blocks), wholeTurns));
}

/// A broadcast serves one vector of columns, not three, and the left side is laid out anew. Measured with 128 rows,
/// columns and depths of 768 and 3072 on Emerald Rapids; matrix tiles, which blocks don't fill, multiply many times as
/// fast.
BlockCosts blockCosts(const TargetSpec &spec) {
  bool hasByteTiles = spec.instructions & LLMC_CPU_AMX_INT8, hasHalfTiles = spec.instructions & LLMC_CPU_AMX_BF16;
  return {/*floats=*/1.6, /*halves=*/hasHalfTiles ? 10.0 : 1.6, /*bytes=*/hasByteTiles ? 3.5 : 2.0};
}

double estimateCycles(const ContractionRow &row, const ContractionShape &shape, const TargetSpec &spec) {
  int64_t lanes = spec.lanesOf(static_cast<unsigned>(row.sumBits)), width = row.vectors * lanes;
  auto rest = static_cast<int64_t>(llvm::divideCeil(shape.columns % width, lanes));
  double cycles = double(shape.columns / width) * Group(row, shape, spec, row.vectors).cycles();
  return rest ? cycles + Group(row, shape, spec, rest).cycles() : cycles;
}

} // namespace llmc::codegen::cpu
