// Formulas first, then their value for sizes that are named.
#include "tools/llmc/inspect/PrintReport.h"
#include "compiler/codegen/artefact/Manifest.h"
#include "tools/llmc/TextTable.h"
#include "tools/llmc/tensors/ElementType.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace llmc::tools {
namespace {

/// Values of the symbols for which numbers are given.
class ChosenSizes {
public:
  ChosenSizes(const ModelReport &report, const pipeline::DimChoice &dims) {
    llvm::StringMap<int64_t> fixed;
    for (const auto &entry : dims)
      fixed[entry.first()] = entry.second.second;
    auto sizes = ir::exampleSizes(report.sizes, fixed, [](llvm::StringRef) { return 128; });
    for (const ir::SymbolRange &symbol : report.sizes.symbols)
      values[symbol.name] = sizes[symbol.name];
  }

  std::optional<int64_t> operator()(llvm::StringRef name) const {
    auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<int64_t>(found->second);
  }
  std::optional<int64_t> valueOf(const ir::DimExpr &expr) const { return expr.evaluate(*this); }
  const llvm::MapVector<llvm::StringRef, int64_t> &all() const { return values; }

  /// "batch = 128, seq = 128"
  std::string text() const {
    std::string line;
    for (auto &[name, value] : values)
      line += (line.empty() ? "" : ", ") + name.str() + " = " + std::to_string(value);
    return line;
  }

private:
  llvm::MapVector<llvm::StringRef, int64_t> values;
};

std::string dtypeName(uint32_t dtype) {
  const ElementType *type = findElementType(dtype);
  return type ? type->name : "unknown";
}

void printInterface(const ModelReport &report, llvm::raw_ostream &out) {
  TextTable table({"", "name", "type"});
  for (const TensorDeclaration &tensor : report.inputs)
    table.add({"input", tensor.name, typeText(dtypeName(tensor.dtype), tensor.dimTexts)});
  for (const TensorDeclaration &tensor : report.outputs)
    table.add({"output", tensor.name, typeText(dtypeName(tensor.dtype), tensor.dimTexts)});
  for (const codegen::StateFacts &state : report.states)
    table.add({"state", report.inputs[state.input].name,
               "becomes " + report.outputs[state.output].name + ", longer along axis " + std::to_string(state.axis)});
  for (const ir::SymbolRange &symbol : report.sizes.symbols)
    table.add({"size", symbol.name, ir::rangeText(symbol.least, symbol.most)});
  for (const ir::SizeRule &rule : report.sizes.rules)
    table.add({"needs", "", rule.text()});
  for (auto [number, variant] : llvm::enumerate(report.variants))
    if (!variant.dims.empty())
      table.add({"variant", variant.dims,
                 std::to_string(variant.kernelCount) + " kernels" + (number == report.variant ? ", see below" : "")});
  table.print(out);
}

void printOperations(const ModelReport &report, llvm::raw_ostream &out) {
  if (report.operations.empty())
    return;
  out << "\noperations of the imported graph:\n";
  TextTable table({"count", "operation"});
  for (auto &[kind, count] : report.operations)
    table.add({std::to_string(count), kind});
  table.print(out);
}

/// Sizes of the arena's places and how many have each.
std::map<std::string, int64_t> placeSizes(const ModelReport &report) {
  std::map<std::string, int64_t> sizes;
  for (const ir::ArenaSlot &slot : report.arena)
    ++sizes[slot.bytes.text()];
  return sizes;
}

void printCosts(const ModelReport &report, const ChosenSizes &sizes, llvm::raw_ostream &out) {
  std::string where = sizes.all().empty() ? "" : " (" + sizes.text() + ")";
  out << "\ncost and memory:\n";
  TextTable table({"", "value" + where, "how"});
  if (report.parameters)
    table.add({"parameters", std::to_string(*report.parameters), "elements of the imported weights"});
  table.add({"weights", readableBytes(report.weightsBytes), "as the artefact holds them, packed"});
  auto formula = [&](const char *name, const std::optional<ir::DimExpr> &expr, auto readable) {
    if (!expr)
      return;
    auto value = sizes.valueOf(*expr);
    table.add({name, value ? readable(*value) : "depends on data", expr->text()});
  };
  formula("FLOPs a run", report.flops(),
          [](int64_t value) { return formatNumber("%.4g", static_cast<double>(value)); });
  formula("traffic a run", report.traffic(), readableBytes);
  ir::ArenaUse use = ir::evaluateArena(report.arena, sizes);
  std::string how = std::to_string(report.arena.size()) + " places, proven by the plan; at most " +
                    readableBytes(use.lowerBoundBytes) + " alive at once";
  table.add({"arena", readableBytes(use.arenaBytes), how});
  table.print(out);
  if (report.arena.empty())
    return;
  out << "\nplaces in the arena (they share it where they do not live at once):\n";
  TextTable places({"count", "bytes"});
  for (auto &[bytes, count] : placeSizes(report))
    places.add({std::to_string(count), bytes});
  places.print(out);
}

void printKernels(const ModelReport &report, llvm::raw_ostream &out) {
  out << "\n" << report.kernels.size() << " kernels:\n";
  TextTable table({"#", "kernel", "operations", "FLOPs", "nodes"});
  for (auto [number, kernel] : llvm::enumerate(report.kernels))
    table.add({std::to_string(number), kernel.function.empty() ? kernel.anchor : kernel.function,
               llvm::join(kernel.operations, " "), kernel.flops ? kernel.flops->text() : "",
               llvm::join(kernel.nodes, ", ")});
  table.print(out);
}

void writeTensors(llvm::json::OStream &json, llvm::StringRef key, const std::vector<TensorDeclaration> &tensors) {
  json.attributeArray(key, [&] {
    for (const TensorDeclaration &tensor : tensors)
      json.object([&] {
        json.attribute("name", tensor.name);
        json.attribute("type", dtypeName(tensor.dtype));
        json.attributeArray("dims", [&] {
          for (const std::string &dim : tensor.dimTexts)
            json.value(dim);
        });
      });
  });
}

void writeFormula(llvm::json::OStream &json, llvm::StringRef key, const std::optional<ir::DimExpr> &expr,
                  const ChosenSizes &sizes) {
  if (!expr)
    return;
  json.attributeObject(key, [&] {
    json.attribute("formula", expr->text());
    if (auto value = sizes.valueOf(*expr))
      json.attribute("value", *value);
  });
}

void writeKernel(llvm::json::OStream &json, const KernelReport &kernel, const ChosenSizes &sizes) {
  json.object([&] {
    if (!kernel.function.empty())
      json.attribute("function", kernel.function);
    json.attribute("anchor", kernel.anchor);
    json.attribute("operations", llvm::json::Array(kernel.operations));
    json.attribute("nodes", llvm::json::Array(kernel.nodes));
    writeFormula(json, "flops", kernel.flops, sizes);
    writeFormula(json, "traffic_bytes", kernel.traffic, sizes);
    codegen::writeDecisions(json, kernel.decisions);
  });
}

void writeSymbols(llvm::json::OStream &json, const ModelReport &report, const ChosenSizes &sizes) {
  json.attributeArray("symbols", [&] {
    for (const ir::SymbolRange &symbol : report.sizes.symbols)
      json.object([&] {
        json.attribute("name", symbol.name);
        json.attribute("least", symbol.least);
        if (symbol.most != ir::DimExpr::kUnbounded)
          json.attribute("most", symbol.most);
        json.attribute("chosen", sizes(symbol.name).value_or(0));
      });
  });
}

void writeMemory(llvm::json::OStream &json, const ModelReport &report, const ChosenSizes &sizes) {
  json.attributeObject("memory", [&] {
    ir::ArenaUse use = ir::evaluateArena(report.arena, sizes);
    json.attribute("weights_bytes", report.weightsBytes);
    json.attribute("arena_bytes", use.arenaBytes);
    json.attribute("alive_at_once_bytes", use.lowerBoundBytes);
    json.attributeObject("places", [&] {
      for (auto &[bytes, count] : placeSizes(report))
        json.attribute(bytes, count);
    });
  });
}

} // namespace

/// The one that runs with these sizes, which is the last that takes them.
static size_t variantFor(const ModelReport &report, const ChosenSizes &sizes) {
  for (size_t number = report.variants.size(); number-- > 1;) {
    pipeline::DimChoice own = pipeline::dimsOfVariant(report.variants[number].dims);
    if (llvm::all_of(own, [&](const auto &dim) { return sizes(dim.first()) == dim.second.first; }))
      return number;
  }
  return 0;
}

void printRemovals(llvm::ArrayRef<RemovalReport> removals, llvm::raw_ostream &out) {
  if (removals.empty())
    return;
  out << "\nwhat pruning left:\n";
  TextTable table({"left", "of", "", "nodes", "why"});
  for (const RemovalReport &removal : removals)
    table.add({std::to_string(removal.left), std::to_string(removal.all), removal.kind, llvm::join(removal.nodes, ", "),
               removal.why});
  table.print(out);
}

void printReport(ModelReport report, const pipeline::DimChoice &dims, llvm::raw_ostream &out) {
  ChosenSizes sizes(report, dims);
  report.choose(variantFor(report, sizes));
  out << report.name;
  if (!report.compiler.empty())
    out << ", compiled by " << report.compiler << " for " << llvm::join(report.levels, ", ") << "; this machine uses "
        << report.cpu;
  out << "\n(" << report.source << ")\n\n";
  printInterface(report, out);
  printOperations(report, out);
  printRemovals(report.removals, out);
  printCosts(report, sizes, out);
  printKernels(report, out);
}

void printReportJson(ModelReport report, const pipeline::DimChoice &dims, llvm::raw_ostream &out) {
  ChosenSizes sizes(report, dims);
  report.choose(variantFor(report, sizes));
  llvm::json::OStream json(out, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("model", report.name);
    json.attribute("source", report.source);
    if (!report.compiler.empty()) {
      json.attribute("compiler", report.compiler);
      json.attribute("cpu", report.cpu);
      json.attributeArray("levels", [&] {
        for (const std::string &level : report.levels)
          json.value(level);
      });
      json.attribute("weights_digest", codegen::digestText(report.weightsDigest));
    }
    writeSymbols(json, report, sizes);
    codegen::writeSizeRules(json, report.sizes.rules);
    writeTensors(json, "inputs", report.inputs);
    writeTensors(json, "outputs", report.outputs);
    json.attributeArray("states", [&] {
      for (const codegen::StateFacts &state : report.states)
        json.object([&] {
          json.attribute("input", report.inputs[state.input].name);
          json.attribute("output", report.outputs[state.output].name);
          json.attribute("axis", state.axis);
        });
    });
    json.attributeObject("operations", [&] {
      for (auto &[kind, count] : report.operations)
        json.attribute(kind, count);
    });
    if (report.parameters)
      json.attribute("parameters", *report.parameters);
    json.attributeArray("pruning", [&] {
      for (const RemovalReport &removal : report.removals)
        json.object([&] {
          json.attribute("kind", removal.kind);
          json.attribute("left", removal.left);
          json.attribute("of", removal.all);
          json.attribute("nodes", llvm::json::Array(removal.nodes));
          json.attribute("why", removal.why);
        });
    });
    writeFormula(json, "flops", report.flops(), sizes);
    writeFormula(json, "traffic_bytes", report.traffic(), sizes);
    writeMemory(json, report, sizes);
    json.attributeArray("variants", [&] {
      for (const VariantReport &variant : report.variants)
        json.value(variant.dims);
    });
    json.attribute("variant", report.variants[report.variant].dims);
    json.attributeArray("kernels", [&] {
      for (const KernelReport &kernel : report.kernels)
        writeKernel(json, kernel, sizes);
    });
  });
  out << '\n';
}

} // namespace llmc::tools
