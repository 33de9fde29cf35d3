// The model that chooses among rows, which needs no machine of the kinds that it speaks of.
#include "compiler/codegen/cpu/schedules/Contraction.h"
#include "compiler/codegen/target/Targets.h"
#include "gtest/gtest.h"

using namespace llmc;
using namespace llmc::codegen::cpu;

namespace {

std::vector<TargetSpec> allSpecs() {
  std::vector<TargetSpec> all;
  for (const char *triple : {"x86_64-linux-gnu", "aarch64-linux-gnu"})
    for (TargetSpec &spec : llvm::cantFail(codegen::cpuTarget().specs({"all"}, triple)))
      all.push_back(std::move(spec));
  return all;
}

TargetSpec specOf(llvm::StringRef level) {
  std::vector<TargetSpec> specs = allSpecs();
  return *llvm::find_if(specs, [&](const TargetSpec &spec) { return spec.level == level; });
}

std::string fastest(const ContractionShape &shape, const TargetSpec &spec) {
  DotKind dot = shape.rightBits == 8 ? byteDotOf(spec) : DotKind::Single;
  std::vector<ContractionRow> rows = contractionRows(spec, shape.sumBits, dot);
  return llvm::min_element(
             rows, [&](auto &a, auto &b) { return estimateCycles(a, shape, spec) < estimateCycles(b, shape, spec); })
      ->name;
}

std::vector<ContractionRow> rowsOf(const TargetSpec &spec, int64_t sumBits) {
  std::vector<ContractionRow> rows = contractionRows(spec, sumBits, DotKind::Single);
  if (sumBits == 32)
    for (DotKind dot : {byteDotOf(spec), codeDotOf(spec), halfDotOf(spec)})
      llvm::append_range(rows, contractionRows(spec, sumBits, dot));
  return rows;
}

TEST(Contraction, RowsFitTheRegisters) {
  for (const TargetSpec &spec : allSpecs())
    for (int64_t bits : {8, 16, 32, 64})
      for (const ContractionRow &row : rowsOf(spec, bits)) {
        EXPECT_EQ(row.vectors * spec.lanesOf(row.sumBits) % codegen::cpuTarget().kernelRules({}).panelColumns, 0)
            << "whole panels: " << spec.level << " " << row.name;
        EXPECT_GE(row.chunk, row.rows);
        if (row.dot == DotKind::Tiles)
          continue;
        // Sums, a row of the right side and a broadcast; with pairs twice as many of each. Codes have sums of floats
        // beside them.
        bool ofPairs = row.dot == DotKind::Pairs || row.dot == DotKind::CodePairs;
        bool ofCodes = row.dot == DotKind::CodePairs || row.dot == DotKind::CodeQuads;
        int64_t sums = row.rows * row.vectors, others = row.vectors + 1;
        EXPECT_LE((ofPairs ? 2 : 1) * (sums + others) + (ofCodes ? sums : 0), spec.vectorRegisters)
            << spec.level << " " << row.name;
        EXPECT_LE(row.rows, 8) << "rows that are 4 KB apart would fall into one set of L1: " << row.name;
      }
}

TEST(Contraction, BlocksFitTheRegisters) {
  for (const TargetSpec &spec : allSpecs())
    for (int64_t group : {1, 2, 4}) {
      std::vector<ContractionRow> rows = contractionRows(spec, 32, blockDotOf(spec, group));
      ASSERT_EQ(rows.size(), 1u) << spec.level << " has one row for groups of " << group;
      int64_t registers = rows[0].dot == DotKind::BlockPairs ? 2 : 1, vectors = rows[0].vectors;
      EXPECT_EQ(vectors * spec.lanes(), codegen::cpuTarget().kernelRules({}).panelColumns)
          << "one panel: " << rows[0].name;
      EXPECT_LE(registers * (rows[0].rows * vectors + vectors + 1), spec.vectorRegisters)
          << spec.level << " " << rows[0].name;
    }
}

TEST(Contraction, ThereIsARowForEveryTarget) {
  TargetSpec strange = specOf("x86-64-v3");
  strange.vectorBytes = 128;
  ASSERT_EQ(contractionRows(strange, 32, DotKind::Single).size(), 1u);
}

TEST(Contraction, ManyRowsTakeTheSquareTile) {
  TargetSpec spec = specOf("x86-64-v4");
  for (int64_t rows : {16, 128, 1500})
    for (int64_t columns : {384, 768, 3072})
      EXPECT_EQ(fastest({rows, columns, 768, 32, 32}, spec), "32_8x48") << rows << " x " << columns;
}

TEST(Contraction, FewRowsTakeAWiderTile) {
  TargetSpec spec = specOf("x86-64-v4");
  for (int64_t size : {192, 384, 768}) {
    EXPECT_EQ(fastest({1, size, size, 32, 32}, spec), "32_2x96") << size;
    EXPECT_EQ(fastest({2, size, size, 32, 32}, spec), "32_2x96") << size;
    EXPECT_EQ(fastest({4, size, size, 32, 32}, spec), "32_4x64") << size;
  }
}

TEST(Contraction, OneRowIsAsFastAsItsWeightsArrive) {
  TargetSpec spec = specOf("x86-64-v4");
  ContractionShape shape = {1, 4096, 4096, 32, 32};
  double bytes = 4096.0 * 4096 * 4;
  for (const ContractionRow &row : contractionRows(spec, 32, DotKind::Single)) {
    double cycles = estimateCycles(row, shape, spec);
    EXPECT_GE(cycles, bytes / 4) << row.name;
    EXPECT_LE(cycles, 1.05 * bytes / 4) << row.name;
  }
}

TEST(Contraction, ManyRowsDoNotWaitForTheirWeights) {
  TargetSpec spec = specOf("x86-64-v4");
  for (int64_t depth : {768, 3072})
    for (const ContractionRow &row : contractionRows(spec, 32, DotKind::Single)) {
      double fromMemory = estimateCycles(row, {128, 4608, depth, 32, 32}, spec);
      double fromCache = estimateCycles(row, {128, 96, depth, 32, 32}, spec) * 48;
      EXPECT_LE(fromMemory, 1.05 * fromCache) << row.name << " " << depth;
    }
}

TEST(Contraction, WeightsLeaveTheLeftSideRoom) {
  for (const TargetSpec &spec : allSpecs())
    for (const ContractionRow &row : contractionRows(spec, 32, DotKind::Single))
      for (int64_t bits : {16, 32})
        for (int64_t depth : {33, 768, 3072, 4864, 11008}) {
          int64_t block = depthBlock(row, {128, 768, depth, 32, bits}, spec), most = spec.l2Bytes / 6;
          int64_t bytesOfStep = row.vectors * spec.lanes() * bits / 8;
          EXPECT_EQ(block == 0, depth * bytesOfStep <= most) << spec.level << " " << row.name << " " << depth;
          EXPECT_EQ(block % 16, 0);
          EXPECT_LE(block * bytesOfStep, most + 16 * bytesOfStep) << spec.level << " " << row.name << " " << depth;
        }
}

TEST(Contraction, MoreWorkTakesLonger) {
  for (const TargetSpec &spec : allSpecs())
    for (const ContractionRow &row : contractionRows(spec, 32, DotKind::Single)) {
      ContractionShape small = {64, 768, 768, 32, 32}, large = {128, 768, 768, 32, 32}, deep = {64, 768, 1536, 32, 32};
      EXPECT_LT(estimateCycles(row, small, spec), estimateCycles(row, large, spec));
      EXPECT_LT(estimateCycles(row, small, spec), estimateCycles(row, deep, spec));
    }
}

} // namespace
