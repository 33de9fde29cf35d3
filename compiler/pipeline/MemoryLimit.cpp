// Memory grows with each size, so the largest sizes need the most, and bisection finds a range that fits.
#include "compiler/pipeline/MemoryLimit.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/SizeRules.h"
#include "compiler/support/UsageError.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;

namespace llmc::pipeline {
namespace {

using Sizes = std::map<std::string, int64_t>;

/// In the unit of the option, rounded up.
std::string megabytes(uint64_t bytes) { return std::to_string(llvm::divideCeil(bytes, uint64_t(1) << 20)) + "MB"; }

class MemoryNeed {
public:
  MemoryNeed(func::FuncOp model, uint64_t weightsBytes)
      : dims(model), rules(ir::readSizeRules(model, dims)), slots(ir::readArenaPlan(model, dims)),
        outputs(outputBytes(model)), weightsBytes(weightsBytes) {}

  llvm::Error check(uint64_t limit) {
    Sizes most;
    for (const ir::SymbolRange &symbol : rules.symbols) {
      if (symbol.most == ir::DimExpr::kUnbounded)
        return usageError("--max-memory must know how large inputs may be, and nothing bounds " + symbol.name +
                          "; try: --dim " + symbol.name + "=" + std::to_string(std::max<int64_t>(symbol.least, 1)) +
                          ".." + std::to_string(std::max<int64_t>(symbol.least, 64)));
      most[symbol.name] = symbol.most;
    }
    uint64_t needed = total(most);
    if (needed <= limit)
      return llvm::Error::success();
    return llvm::createStringError("a run of the largest sizes needs " + megabytes(needed) + textOf(most) + ": " +
                                   megabytes(weightsBytes) + " of weights, " + megabytes(arenaBytes(most)) +
                                   " of intermediate results, " + megabytes(outputsAt(most)) +
                                   " of outputs; --max-memory allows " + megabytes(limit) +
                                   "; try: --max-memory=" + megabytes(needed) + smallerRange(most, limit));
  }

private:
  ir::DimExpr outputBytes(func::FuncOp model) {
    ir::DimExpr bytes;
    for (Value output : model.getBody().front().getTerminator()->getOperands())
      bytes = bytes + ir::byteSize(getElementTypeOrSelf(output), dims.dims(output));
    return bytes;
  }

  static auto lookupIn(const Sizes &sizes) {
    return [&sizes](llvm::StringRef name) -> std::optional<int64_t> {
      auto found = sizes.find(name.str());
      return found == sizes.end() ? std::nullopt : std::optional(found->second);
    };
  }

  uint64_t outputsAt(const Sizes &sizes) const {
    auto value = outputs.evaluate(lookupIn(sizes));
    return value ? static_cast<uint64_t>(*value) : UINT64_MAX;
  }

  uint64_t arenaBytes(const Sizes &sizes) const {
    return static_cast<uint64_t>(ir::evaluateArena(slots, lookupIn(sizes)).arenaBytes);
  }

  uint64_t total(const Sizes &sizes) const {
    return llvm::SaturatingAdd(llvm::SaturatingAdd(weightsBytes, arenaBytes(sizes)), outputsAt(sizes));
  }

  static std::string textOf(const Sizes &sizes) {
    std::string text;
    for (const auto &[name, size] : sizes)
      text += (text.empty() ? " (" : ", ") + name + " = " + std::to_string(size);
    return text.empty() ? text : text + ")";
  }

  /// The first symbol whose range alone can be made so much smaller.
  std::string smallerRange(const Sizes &most, uint64_t limit) const {
    for (const ir::SymbolRange &symbol : rules.symbols) {
      int64_t fits = std::max<int64_t>(symbol.least, 1), tooMany = symbol.most;
      auto needs = [&](int64_t size) {
        Sizes sizes = most;
        sizes[symbol.name] = size;
        return total(sizes);
      };
      if (fits >= tooMany || needs(fits) > limit)
        continue;
      while (tooMany - fits > 1) {
        int64_t middle = fits + (tooMany - fits) / 2;
        (needs(middle) <= limit ? fits : tooMany) = middle;
      }
      return ", or --dim " + symbol.name + "=" + std::to_string(std::max<int64_t>(symbol.least, 1)) + ".." +
             std::to_string(fits);
    }
    return "";
  }

  ir::DimAnalysis dims;
  ir::SizeRules rules;
  std::vector<ir::ArenaSlot> slots;
  ir::DimExpr outputs;
  uint64_t weightsBytes;
};

} // namespace

llvm::Error checkMemory(func::FuncOp model, uint64_t weightsBytes, uint64_t limit) {
  return MemoryNeed(model, weightsBytes).check(limit);
}

} // namespace llmc::pipeline
