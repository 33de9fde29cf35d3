// Constants of the image, field by field in the order of artefact.h.
#include "compiler/codegen/artefact/ImageBuilder.h"
#include "llmc/artefact.h"
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

private:
  Module &module;
  PointerType *pointer;
  Type *word, *half;
};

} // namespace

void buildImage(Module &module, const ModelFacts &facts) {
  Builder b(module);
  Constant *symbols = b.arrayOf(facts.symbols, [&](const SymbolFacts &symbol) {
    return b.structure({b.text(symbol.name), b.integer(symbol.least), b.integer(symbol.most)});
  });
  Constant *checks = b.arrayOf(
      facts.checks, [&](const CheckFacts &check) { return b.structure({b.text(check.text), b.text(check.node)}); });
  Constant *kernels = b.arrayOf(facts.kernels, [&](const KernelFacts &kernel) {
    return b.structure({b.text(kernel.name), b.text(kernel.nodes)});
  });
  Constant *image = b.global(b.structure({b.integer32(LLMC_IMAGE_MAGIC),
                                          b.integer32(LLMC_IMAGE_VERSION),
                                          b.integer(facts.cpuFeatures),
                                          b.text(facts.name),
                                          b.text(facts.compiler),
                                          b.text(facts.cpu),
                                          b.integer32(facts.symbols.size()),
                                          b.integer32(facts.inputs.size()),
                                          b.integer32(facts.outputs.size()),
                                          b.integer32(facts.checks.size()),
                                          b.integer32(facts.kernels.size()),
                                          b.integer32(facts.stateWords),
                                          symbols,
                                          b.tensors(facts.inputs),
                                          b.tensors(facts.outputs),
                                          checks,
                                          kernels,
                                          b.integer(facts.weightsBytes),
                                          b.integer(facts.weightsDigest),
                                          b.null(),
                                          module.getFunction(kBindName),
                                          module.getFunction(kRunName)}));
  Constant *table = b.structure({b.integer32(1), b.array({image})});
  new GlobalVariable(module, table->getType(), /*isConstant=*/true, GlobalValue::ExternalLinkage, table,
                     "llmc_model_images");
}

} // namespace llmc::codegen
