// Register tiles of contractions: a table of rows, and a model of the machine that says which one is fastest for a
// shape.
#ifndef LLMC_COMPILER_CODEGEN_CPU_SCHEDULES_CONTRACTION_H
#define LLMC_COMPILER_CODEGEN_CPU_SCHEDULES_CONTRACTION_H

#include "compiler/support/TargetSpec.h"
#include "llvm/ADT/ArrayRef.h"

namespace llmc::codegen::cpu {

/// How a step along k multiplies: one row of k; two rows of bf16, one after the other or at once; four rows of bytes,
/// as pairs in 16 bits or at once; twice as many of both for two rows of the left side; the same with codes, whose sums
/// are scaled block by block; as many rows as a machine's matrix tile has. Of blocks, each row or group of rows is
/// another one for each panel.
enum class DotKind {
  Single,
  Halves,
  HalfPairs,
  Pairs,
  Quads,
  Squares,
  CodePairs,
  CodeQuads,
  Tiles,
  BlockSingle,
  BlockHalves,
  BlockHalfPairs,
  BlockPairs,
  BlockQuads
};

/// Whether four rows of bytes are multiplied at once in vectors.
bool hasByteQuads(const TargetSpec &spec);
/// That of bytes in groups of four.
DotKind byteDotOf(const TargetSpec &spec);
/// That of bytes with codes.
DotKind codeDotOf(const TargetSpec &spec);
/// That of bf16 in groups of two.
DotKind halfDotOf(const TargetSpec &spec);

/// Those of blocks of as many rows, which matrix tiles can't take.
DotKind blockDotOf(const TargetSpec &spec, int64_t rows);

/// A row of Contraction.def.
struct ContractionRow {
  const char *name;
  DotKind dot;
  int64_t vectorBytes, vectorRegisters, sumBits; // what it is for
  int64_t rows, vectors;                         // of sums in a tile
  int64_t chunk;                                 // rows of a task: their left side stays in L2 while all columns pass
};

/// Of a contraction: sizes that are not known are typical ones.
struct ContractionShape {
  int64_t rows, columns, depth;
  int64_t sumBits, rightBits; // of an element
};

/// The rows that a target can take for sums of this width; there is always one.
std::vector<ContractionRow> contractionRows(const TargetSpec &spec, int64_t sumBits, DotKind dot);

/// Cycles that a row takes for a shape: what multiplies and adds, what loads, and what brings the right side from where
/// it lies do so side by side, and the slowest of them counts.
double estimateCycles(const ContractionRow &row, const ContractionShape &shape, const TargetSpec &spec);

/// Steps along k that the rows of a task pass over before they begin anew: all, which is 0, or equal parts where the
/// weights of all of them would leave the left side no room in the second cache. Only sums of floats can wait.
int64_t depthBlock(const ContractionRow &row, const ContractionShape &shape, const TargetSpec &spec);

/// What multiply-adds of blocks cost at a level, of those that dense products do there.
BlockCosts blockCosts(const TargetSpec &spec);

} // namespace llmc::codegen::cpu

#endif
