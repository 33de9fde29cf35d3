// Constants of the image, field by field in the order of artefact.h.
#include "compiler/codegen/artefact/ImageBuilder.h"
#include "compiler/codegen/artefact/SectionObject.h"
#include "llmc/artefact.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace llmc::codegen {
namespace {

class Builder {
public:
  explicit Builder(Module &module)
      : module(module), pointer(PointerType::get(module.getContext(), 0)), word(Type::getInt64Ty(module.getContext())),
        half(Type::getInt32Ty(module.getContext())) {}

  Constant *integer(int64_t value) { return ConstantInt::get(word, value, /*IsSigned=*/true); }
  Constant *integer32(uint32_t value) { return ConstantInt::get(half, value); }
  Constant *null() { return ConstantPointerNull::get(pointer); }

  Constant *text(const std::string &value) {
    Constant *data = ConstantDataArray::getString(module.getContext(), value);
    return global(data);
  }

  Constant *structure(ArrayRef<Constant *> fields) { return ConstantStruct::getAnon(fields); }

  /// An array of equal elements, or null when there is none.
  Constant *array(ArrayRef<Constant *> elements) {
    if (elements.empty())
      return null();
    return global(ConstantArray::get(ArrayType::get(elements.front()->getType(), elements.size()), elements));
  }

  Constant *global(Constant *value) {
    auto *variable =
        new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage, value, "image");
    variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return variable;
  }

  /// Bytes in another object.
  Constant *data(const std::string &name) {
    auto *variable = new GlobalVariable(module, Type::getInt8Ty(module.getContext()), /*isConstant=*/true,
                                        GlobalValue::ExternalLinkage, /*Initializer=*/nullptr, name);
    variable->setVisibility(GlobalValue::HiddenVisibility);
    return variable;
  }

  /// A function of another object.
  Constant *function(const std::string &name) {
    auto *type = FunctionType::get(half, /*isVarArg=*/true);
    auto *declared = Function::Create(type, GlobalValue::ExternalLinkage, name, module);
    declared->setVisibility(GlobalValue::HiddenVisibility);
    return declared;
  }

  template <typename Range, typename Function> Constant *arrayOf(const Range &range, Function element) {
    SmallVector<Constant *> elements;
    for (const auto &item : range)
      elements.push_back(element(item));
    return array(elements);
  }

  Constant *tensors(const std::vector<TensorFacts> &facts) {
    return arrayOf(facts, [&](const TensorFacts &tensor) {
      return structure({text(tensor.name), integer32(tensor.dtype), integer32(tensor.dims.size()),
                        arrayOf(tensor.dims, [&](int64_t dim) { return integer(dim); }),
                        arrayOf(tensor.dimTexts, [&](const std::string &dim) { return text(dim); })});
    });
  }

  Constant *results(const std::vector<ResultFacts> &facts) {
    return arrayOf(facts, [&](const ResultFacts &result) {
      return structure({integer32(result.dtype), integer32(result.rank), integer32(result.dims),
                        integer32(static_cast<uint32_t>(result.output)), integer32(result.offset)});
    });
  }

private:
  Module &module;
  PointerType *pointer;
  Type *word, *half;
};

} // namespace

std::string nameForVariant(StringRef function, size_t variant) {
  return variant == 0 ? function.str() : (function + "_" + Twine(variant)).str();
}

std::string nameForLevel(StringRef function, const LevelFacts &level) {
  std::string name = function.str() + "__";
  for (char c : level.name)
    name += isAlnum(c) ? c : '_';
  return name;
}

void buildImages(Module &module, const ModelFacts &facts) {
  Builder b(module);
  Constant *name = b.text(facts.name), *compiler = b.text(facts.compiler);
  Constant *symbols = b.arrayOf(facts.sizes.symbols, [&](const ir::SymbolRange &symbol) {
    return b.structure({b.text(symbol.name), b.integer(symbol.least), b.integer(symbol.most)});
  });
  Constant *inputs = b.tensors(facts.inputs), *outputs = b.tensors(facts.outputs);
  Constant *checks = b.arrayOf(
      facts.checks, [&](const CheckFacts &check) { return b.structure({b.text(check.text), b.text(check.node)}); });
  Constant *kernels = b.arrayOf(facts.kernels, [&](const KernelFacts &kernel) {
    return b.structure(
        {b.text(kernel.name), b.text(kernel.nodes), b.integer32(kernel.results.size()), b.results(kernel.results)});
  });
  Constant *states = b.arrayOf(facts.states, [&](const StateFacts &state) {
    return b.structure({b.integer32(state.input), b.integer32(state.output), b.integer32(state.axis)});
  });
  Constant *weights = facts.embedsWeights ? b.data(weightsSymbol(facts.name)) : b.null();
  auto variants = [&](const LevelFacts &level) {
    size_t number = 0;
    return b.arrayOf(facts.variants, [&](const VariantFacts &variant) {
      auto entry = [&](const char *function) {
        return b.function(nameForLevel(nameForVariant(function, number), level));
      };
      Constant *fields[] = {b.text(variant.dims), b.integer32(variant.firstKernel), b.integer32(variant.kernelCount),
                            entry(kBindName), entry(kRunName)};
      ++number;
      return b.structure(fields);
    });
  };
  auto image = [&](const LevelFacts &level) {
    return b.global(b.structure({b.integer32(LLMC_IMAGE_MAGIC),
                                 b.integer32(LLMC_IMAGE_VERSION),
                                 b.integer(level.cpuFeatures),
                                 name,
                                 compiler,
                                 b.text(level.name),
                                 b.integer32(facts.sizes.symbols.size()),
                                 b.integer32(facts.inputs.size()),
                                 b.integer32(facts.outputs.size()),
                                 b.integer32(facts.checks.size()),
                                 b.integer32(facts.kernels.size()),
                                 b.integer32(facts.states.size()),
                                 b.integer32(facts.wordCount),
                                 b.integer32(facts.variants.size()),
                                 symbols,
                                 inputs,
                                 outputs,
                                 checks,
                                 kernels,
                                 states,
                                 b.integer(facts.weightsBytes),
                                 b.integer(facts.weightsDigest),
                                 weights,
                                 variants(level)}));
  };
  Constant *images = b.arrayOf(facts.levels, image);
  Constant *table = b.structure({b.integer32(facts.levels.size()), images});
  auto *variable = new GlobalVariable(module, table->getType(), /*isConstant=*/true, GlobalValue::ExternalLinkage,
                                      table, "llmc_model_images");
  variable->setVisibility(GlobalValue::HiddenVisibility);
}

} // namespace llmc::codegen
