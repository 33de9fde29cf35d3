// Every figure says how it was got: proven by the plan, or measured against the reference.
#include "tools/llmc/CompileSummary.h"
#include "tools/llmc/TextTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace json = llvm::json;

namespace llmc::tools {
namespace {

/// What `textOf` says of each object of a list, with commas between.
std::string listed(const json::Object &facts, llvm::StringRef list,
                   llvm::function_ref<std::string(const json::Object &)> textOf) {
  std::vector<std::string> texts;
  if (const json::Array *values = facts.getArray(list))
    for (const json::Value &value : *values)
      if (const json::Object *each = value.getAsObject())
        texts.push_back(textOf(*each));
  return llvm::join(texts, ", ");
}

std::string recognisedText(const json::Object &facts) {
  return listed(facts, "recognised", [](const json::Object &kind) -> std::string {
    return llvm::formatv("{0} {1}", kind.getInteger("count").value_or(0), kind.getString("kind").value_or(""));
  });
}

/// "1536 of 3072 channels, 8 of 12 heads"
std::string prunedText(const json::Object &facts) {
  return listed(facts, "pruned", [](const json::Object &kind) -> std::string {
    return llvm::formatv("{0} of {1} {2}", kind.getInteger("left").value_or(0), kind.getInteger("of").value_or(0),
                         kind.getString("kind").value_or(""));
  });
}

/// "x86-64-v3, x86-64-v4 and x86-64-v4-vnni"
std::string levelsText(const json::Object &facts) {
  std::string text;
  if (const json::Array *levels = facts.getArray("levels"))
    for (auto [i, level] : llvm::enumerate(*levels))
      text += (i == 0 ? "" : i + 1 == levels->size() ? " and " : ", ") + level.getAsString().value_or("").str();
  return text;
}

/// What an accuracy budget left narrow; nothing where there was none.
void printAccuracy(const json::Object &facts, llvm::raw_ostream &out) {
  const json::Object *accuracy = facts.getObject("accuracy");
  if (!accuracy)
    return;
  const json::Array *floats = accuracy->getArray("floats");
  out << "budget:  " << accuracy->getString("metric").value_or("") << ' '
      << formatNumber("%.6g", accuracy->getNumber("reached").value_or(0)) << " on the calibration data ("
      << accuracy->getString("budget").value_or("") << "), ";
  if (!floats || floats->empty()) {
    out << "with all that was asked for\n";
    return;
  }
  out << "where " << floats->size() << " of " << accuracy->getInteger("choices").value_or(0) << " stay floats:\n";
  for (const json::Value &node : *floats)
    out << "           " << node.getAsString().value_or("") << '\n';
}

void printError(const CompileSummary &summary, llvm::raw_ostream &out) {
  if (!summary.notMeasured.empty())
    out << "error:   not measured: " << summary.notMeasured << '\n';
  if (!summary.worst)
    return;
  const auto &[name, tolerance, comparison] = *summary.worst;
  out << "error:   ";
  if (std::isnan(comparison.maxAbsolute))
    out << "no finite value to compare with";
  else
    out << "at most " << formatNumber("%.2e", comparison.maxAbsolute) << " against";
  if (summary.isToDiffer())
    out << " the reference of " << (summary.isPruned ? "the whole model" : "floats") << " (output " << name
        << "), cosine " << formatNumber("%.6f", comparison.cosine) << ": that is what "
        << (summary.isPruned ? "pruning" : "") << (summary.isPruned && summary.isQuantized ? " and " : "")
        << (summary.isQuantized ? "quantization" : "")
        << (summary.isPruned && summary.isQuantized ? " cost" : " costs");
  else
    out << " the reference (output " << name << "), " << (comparison.within() ? "within" : "BEYOND")
        << " the tolerance of " << formatNumber("%g", tolerance.absolute)
        << formatNumber(" + %g * |want|", tolerance.relative)
        << (comparison.within() ? "" : "; try: llmc compare --bisect");
  if (std::string specials = comparison.specialsText(); !specials.empty())
    out << "; " << specials;
  out << '\n';
}

} // namespace

llvm::Error printSummary(const CompileSummary &summary, llvm::raw_ostream &out) {
  auto parsed = json::parse(summary.facts);
  const json::Object *facts = parsed ? parsed->getAsObject() : nullptr;
  const json::Object *memory = facts ? facts->getObject("memory") : nullptr;
  if (!memory)
    return parsed ? llvm::createStringError("the compiler told no facts") : parsed.takeError();
  out << facts->getString("model").value_or("") << ": " << facts->getInteger("operations").value_or(0)
      << " operations in " << facts->getInteger("kernels").value_or(0) << " kernels for " << levelsText(*facts) << '\n';
  if (const json::Array *variants = facts->getArray("variants"))
    for (const json::Value &variant : *variants)
      if (const json::Object *each = variant.getAsObject())
        out << "variant: " << each->getString("dims").value_or("") << ", in " << each->getInteger("kernels").value_or(0)
            << " kernels of its own\n";
  if (std::string recognised = recognisedText(*facts); !recognised.empty())
    out << "found:   " << recognised << '\n';
  if (std::string pruned = prunedText(*facts); !pruned.empty())
    out << "pruned:  " << pruned << " left\n";
  out << "memory:  " << memory->getString("alive_at_once_bytes").value_or("")
      << " bytes (most alive at once; the plan takes "
      << llvm::format("%.2f", memory->getNumber("arena_ratio").value_or(0)) << " times as much where dims are "
      << memory->getInteger("typical_dim").value_or(0) << ")\n"
      << "weights: " << readableBytes(facts->getInteger("weights_bytes").value_or(0)) << ", packed"
      << (facts->getBoolean("embedded").value_or(false) ? " and embedded" : " and mapped");
  if (int64_t compensated = facts->getInteger("compensated").value_or(0))
    out << ", " << compensated << " of them rounded by calibration";
  out << '\n';
  printAccuracy(*facts, out);
  printError(summary, out);
  return llvm::Error::success();
}

llvm::Error printSummaryJson(const CompileSummary &summary, llvm::raw_ostream &out) {
  auto facts = json::parse(summary.facts);
  if (!facts)
    return facts.takeError();
  if (summary.worst && facts->getAsObject())
    (*facts->getAsObject())["error"] = json::Object{{"output", summary.worst->name},
                                                    {"max_absolute", summary.worst->comparison.maxAbsolute},
                                                    {"not_finite", summary.worst->comparison.specialsText()},
                                                    {"within", summary.worst->comparison.within()}};
  out << llvm::formatv("{0:2}\n", *facts);
  return llvm::Error::success();
}

} // namespace llmc::tools
