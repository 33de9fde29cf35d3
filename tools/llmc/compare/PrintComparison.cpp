// Tables of outputs and kernels, and the way from the first wrong pass to the first wrong element.
#include "tools/llmc/compare/PrintComparison.h"
#include "tools/llmc/TextTable.h"
#include "tools/llmc/compare/KernelVerdict.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace llmc::tools {
namespace {

std::string worstText(const std::vector<int64_t> &shape, const Comparison &comparison) {
  if (comparison.elements == 0)
    return "no elements";
  return reference::positionText(shape, comparison.worst) + formatNumber(": %.7g", comparison.got) +
         formatNumber(", want %.7g", comparison.want);
}

std::string nodesText(const std::vector<std::string> &nodes) {
  constexpr size_t shown = 3;
  std::string text = llvm::join(nodes.begin(), nodes.begin() + std::min(shown, nodes.size()), ", ");
  return nodes.size() > shown ? text + " and " + std::to_string(nodes.size() - shown) + " more" : text;
}

std::string toleranceText(const Tolerance &tolerance) {
  if (tolerance.absolute == 0 && tolerance.relative == 0)
    return "equal";
  return formatNumber("%g", tolerance.absolute) + formatNumber(" + %g * |want|", tolerance.relative);
}

void printOutputs(const ModelComparison &comparison, llvm::raw_ostream &out) {
  out << comparison.model << " for " << comparison.cpu << ", compared with " << comparison.judge << ":\n";
  TextTable table({"output", "type", "max abs", "max rel", "cosine", "worst element", "tolerance", "within"});
  for (const OutputResult &output : comparison.outputs) {
    std::vector<std::string> dims;
    for (int64_t size : output.shape)
      dims.push_back(std::to_string(size));
    const Comparison &found = output.comparison;
    table.add({output.name, typeText(output.elementType, dims), formatNumber("%.2e", found.maxAbsolute),
               formatNumber("%.2e", found.maxRelative), formatNumber("%.8f", found.cosine),
               worstText(output.shape, found), toleranceText(output.tolerance),
               found.within() ? "yes" : "no, " + std::to_string(found.mismatches) + " differ"});
  }
  table.print(out);
  for (const OutputResult &output : comparison.outputs)
    if (std::string specials = output.comparison.specialsText(); !specials.empty())
      out << "output " << output.name << ": " << specials << '\n';
  if (!comparison.overflow.empty())
    out << "warning: " << comparison.overflow << '\n';
}

/// Worst first: by what the kernel itself does wrong, then by what has come to it.
std::vector<const KernelResult *> worstFirst(const std::vector<KernelResult> &kernels) {
  std::vector<const KernelResult *> order;
  for (const KernelResult &kernel : kernels)
    order.push_back(&kernel);
  auto key = [](const KernelResult *kernel) {
    return std::make_tuple(kernel->own.within(), kernel->total.within(), -kernel->own.maxAbsolute,
                           -kernel->total.maxAbsolute, kernel->number);
  };
  llvm::sort(order, [&](const KernelResult *a, const KernelResult *b) { return key(a) < key(b); });
  return order;
}

void printKernels(const ModelComparison &comparison, llvm::raw_ostream &out) {
  out << "\nkernels, worst first; own error: made by the kernel, on the inputs that it had in the run;\n"
         "total error: against the reference's run of all kernels:\n";
  TextTable table({"#", "kernel", "own error", "total error", "worst element of its own", "within", "nodes"});
  for (const KernelResult *kernel : worstFirst(comparison.kernels))
    table.add({std::to_string(kernel->number), kernel->function, formatNumber("%.2e", kernel->own.maxAbsolute),
               formatNumber("%.2e", kernel->total.maxAbsolute), worstText(kernel->shape, kernel->own),
               kernel->own.within() ? (kernel->total.within() ? "yes" : "own yes, total no") : "no",
               nodesText(kernel->nodes)});
  table.print(out);
}

void printCulprit(const KernelResult &kernel, llvm::raw_ostream &out) {
  out << "  kernel " << kernel.number << ", " << kernel.function
      << ", is wrong on the inputs that it had: " << kernel.own.mismatches << " of " << kernel.own.elements
      << " elements beyond " << toleranceText(kernel.tolerance) << ", worst at " << worstText(kernel.shape, kernel.own)
      << '\n';
  if (!kernel.nodes.empty())
    out << "  it computes the nodes " << llvm::join(kernel.nodes, ", ") << '\n';
  if (kernel.trace.size() > 1) {
    out << "  at that element its operations should give:\n";
    TextTable table({"operation", "value", "nodes"});
    for (const OperationTrace &step : kernel.trace)
      table.add(
          {step.operation, step.value ? formatNumber("%.7g", *step.value) : "(other sizes)", nodesText(step.nodes)});
    table.print(out);
  }
  std::string suspect = suspectOperation(kernel);
  if (!suspect.empty())
    out << "  suspect: " << suspect << '\n';
}

void printBisection(const ModelComparison &comparison, llvm::raw_ostream &out) {
  out << "\nbisection:\n  " << comparison.passesSeen << " passes ran, " << comparison.passesJudged
      << " of them judged because they changed something\n";
  if (comparison.drift) {
    out << "  " << comparison.drift->text() << '\n';
    return; // the kernels compute what the pass left, so they have nothing to add
  }
  out << "  no pass changes the results\n";
  if (const KernelResult *kernel = comparison.culprit())
    printCulprit(*kernel, out);
  else
    out << "  no kernel of " << comparison.kernels.size() << " makes an error beyond the tolerance\n";
  bool outputsWithin = llvm::all_of(comparison.outputs, [](auto &output) { return output.comparison.within(); });
  if (!comparison.culprit() && !outputsWithin)
    out << "  the outputs differ all the same: by many small errors that add up (see --layers), or because what was "
           "expected is not what the model says\n";
}

void writeComparison(llvm::json::OStream &json, llvm::StringRef name, const std::vector<int64_t> &shape,
                     const Comparison &comparison) {
  auto number = [&](llvm::StringRef key, double value) { // JSON has no NaN
    if (std::isfinite(value))
      json.attribute(key, value);
    else
      json.attribute(key, formatNumber("%g", value));
  };
  json.attributeObject(name, [&] {
    json.attribute("within", comparison.within());
    json.attribute("elements", static_cast<int64_t>(comparison.elements));
    json.attribute("mismatches", static_cast<int64_t>(comparison.mismatches));
    json.attribute("worst", reference::positionText(shape, comparison.worst));
    number("got", comparison.got);
    number("want", comparison.want);
    number("max_absolute", comparison.maxAbsolute);
    number("max_relative", comparison.maxRelative);
    number("cosine", comparison.cosine);
    auto specials = [&](llvm::StringRef key, const NonFinite &found) {
      json.attributeObject(key, [&] {
        json.attribute("nan", static_cast<int64_t>(found.nan));
        json.attribute("infinite", static_cast<int64_t>(found.infinite));
      });
    };
    specials("got_not_finite", comparison.gotSpecial);
    specials("want_not_finite", comparison.wantSpecial);
  });
}

void writeStrings(llvm::json::OStream &json, llvm::StringRef name, const std::vector<std::string> &texts) {
  json.attributeArray(name, [&] {
    for (const std::string &text : texts)
      json.value(text);
  });
}

void writeKernel(llvm::json::OStream &json, const KernelResult &kernel) {
  json.object([&] {
    json.attribute("number", static_cast<int64_t>(kernel.number));
    json.attribute("function", kernel.function);
    json.attribute("anchor", kernel.anchor);
    writeStrings(json, "nodes", kernel.nodes);
    writeComparison(json, "own", kernel.shape, kernel.own);
    writeComparison(json, "total", kernel.shape, kernel.total);
    if (!kernel.own.within())
      json.attribute("suspect", suspectOperation(kernel));
  });
}

} // namespace

void printComparison(const ModelComparison &comparison, ComparisonView view, llvm::raw_ostream &out) {
  printOutputs(comparison, out);
  if (view.layers)
    printKernels(comparison, out);
  if (view.bisect)
    printBisection(comparison, out);
}

void printComparisonJson(const ModelComparison &comparison, llvm::raw_ostream &out) {
  llvm::json::OStream json(out, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("model", comparison.model);
    json.attribute("cpu", comparison.cpu);
    json.attribute("compared_with", comparison.judge);
    json.attribute("within", comparison.within());
    if (!comparison.overflow.empty())
      json.attribute("warning", comparison.overflow);
    json.attributeArray("outputs", [&] {
      for (const OutputResult &output : comparison.outputs)
        json.object([&] {
          json.attribute("name", output.name);
          json.attribute("type", output.elementType);
          json.attribute("tolerance_absolute", output.tolerance.absolute);
          json.attribute("tolerance_relative", output.tolerance.relative);
          writeComparison(json, "comparison", output.shape, output.comparison);
        });
    });
    json.attributeArray("kernels", [&] {
      for (const KernelResult &kernel : comparison.kernels)
        writeKernel(json, kernel);
    });
    if (!comparison.drift)
      return;
    const pipeline::PassDrift &drift = *comparison.drift;
    json.attributeObject("drift", [&] {
      json.attribute("pass", drift.pass);
      json.attribute("number", drift.number);
      json.attribute("text", drift.text());
      if (drift.failure.empty()) {
        json.attribute("output", drift.output);
        writeComparison(json, "comparison", drift.shape, drift.comparison);
      }
    });
  });
  out << '\n';
}

} // namespace llmc::tools
