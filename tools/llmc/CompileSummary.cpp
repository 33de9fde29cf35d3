// Every figure says how it was got: proven by the plan, or measured against the reference.
#include "tools/llmc/CompileSummary.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/DimAnalysis.h"
#include "tools/llmc/TextTable.h"
#include "tools/llmc/inspect/Recognise.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

namespace llmc::tools {
namespace {

/// The arena where all dims are 128, or as near as their ranges allow.
struct Memory {
  explicit Memory(mlir::func::FuncOp function) {
    ir::DimAnalysis analysis(function);
    use = ir::evaluateArena(ir::readArenaPlan(function, analysis), [&](llvm::StringRef name) -> std::optional<int64_t> {
      ir::DimExpr symbol = analysis.parse(name);
      return std::clamp<int64_t>(128, symbol.least(), symbol.most());
    });
  }
  double ratio() const { return use.lowerBoundBytes ? double(use.arenaBytes) / double(use.lowerBoundBytes) : 1; }

  ir::ArenaUse use;
};

/// The output that is furthest off, one beyond its tolerance first.
const OutputResult &worstOf(const std::vector<OutputResult> &judged) {
  return *llvm::max_element(judged, [](const OutputResult &a, const OutputResult &b) {
    auto key = [](const OutputResult &o) { return std::make_pair(!o.comparison.within(), o.comparison.maxAbsolute); };
    return key(a) < key(b);
  });
}

void printError(const CompileSummary &summary, llvm::raw_ostream &out) {
  if (!summary.notJudged.empty())
    out << "error:   not measured: " << summary.notJudged << '\n';
  if (summary.judged.empty())
    return;
  const OutputResult &worst = worstOf(summary.judged);
  out << "error:   at most " << formatNumber("%.2e", worst.comparison.maxAbsolute) << " against the reference (output "
      << worst.name << "), " << (worst.comparison.within() ? "within" : "BEYOND") << " the tolerance of "
      << formatNumber("%g", worst.tolerance.absolute) << formatNumber(" + %g * |want|", worst.tolerance.relative);
  if (!worst.comparison.within())
    out << "; try: llmc compare --bisect";
  out << '\n';
}

std::vector<std::string> levelNames(const codegen::ModelFacts &facts) {
  std::vector<std::string> names;
  for (const codegen::LevelFacts &level : facts.levels)
    names.push_back(level.name);
  return names;
}

} // namespace

void printSummary(pipeline::Compilation &compilation, const codegen::ModelFacts &facts, const CompileSummary &summary,
                  llvm::raw_ostream &out) {
  Memory memory(compilation.function());
  Recognised recognised = recognise(compilation.function());
  out << facts.name << ": " << summary.operations << " operations in " << facts.kernels.size() << " kernels for "
      << llvm::join(levelNames(facts), " and ") << '\n';
  if (!recognised.empty())
    out << "found:   " << recognisedText(recognised) << '\n';
  out << "memory:  " << memory.use.lowerBound.text() << " bytes (most alive at once; the plan takes "
      << llvm::format("%.2f", memory.ratio()) << " times as much where dims are 128)\n"
      << "weights: " << readableBytes(facts.weightsBytes) << ", packed and mapped\n";
  printError(summary, out);
}

void printSummaryJson(pipeline::Compilation &compilation, const codegen::ModelFacts &facts,
                      const CompileSummary &summary, llvm::raw_ostream &out) {
  Memory memory(compilation.function());
  llvm::json::OStream json(out, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("model", facts.name);
    json.attributeArray("levels", [&] {
      for (const std::string &level : levelNames(facts))
        json.value(level);
    });
    json.attribute("operations", static_cast<int64_t>(summary.operations));
    json.attribute("kernels", static_cast<int64_t>(facts.kernels.size()));
    json.attributeObject("recognised", [&] {
      for (const auto &[kind, count] : recognise(compilation.function()))
        json.attribute(kind, count);
    });
    json.attribute("weights_bytes", static_cast<int64_t>(facts.weightsBytes));
    json.attribute("alive_at_once_bytes", memory.use.lowerBound.text());
    json.attribute("arena_ratio", memory.ratio());
    if (!summary.judged.empty()) {
      const OutputResult &worst = worstOf(summary.judged);
      json.attributeObject("error", [&] {
        json.attribute("output", worst.name);
        json.attribute("max_absolute", worst.comparison.maxAbsolute);
        json.attribute("within", worst.comparison.within());
      });
    }
  });
  out << '\n';
}

} // namespace llmc::tools
