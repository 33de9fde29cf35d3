#include "compiler/ir/Interface.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

static std::string freeName(std::string name, unsigned count, llvm::function_ref<std::string(unsigned)> nameAt) {
  while (llvm::any_of(llvm::seq(count), [&](unsigned number) { return nameAt(number) == name; }))
    name += "_";
  return name;
}

static NamedAttrList describe(Builder &builder, StringRef name, Type element) {
  NamedAttrList attributes;
  attributes.set(kNameAttr, builder.getStringAttr(name));
  attributes.set(kDtypeAttr, builder.getI64IntegerAttr(*dtypeOf(element)));
  return attributes;
}

BlockArgument addInput(func::FuncOp function, std::string name, Type element, ArrayRef<DimExpr> sizes) {
  Builder builder(function.getContext());
  unsigned number = function.getNumArguments();
  name = freeName(std::move(name), number, [&](unsigned i) { return inputName(function, i); });
  NamedAttrList attributes = describe(builder, name, element);
  SmallVector<Attribute> texts;
  SmallVector<int64_t> shape;
  for (const DimExpr &size : sizes) {
    texts.push_back(builder.getStringAttr(size.text()));
    shape.push_back(size.constant().value_or(ShapedType::kDynamic));
  }
  attributes.set(kDimsAttr, builder.getArrayAttr(texts));
  (void)function.insertArgument(number, RankedTensorType::get(shape, element),
                                attributes.getDictionary(function.getContext()), function.getLoc());
  return function.getArgument(number);
}

unsigned addOutput(func::FuncOp function, std::string name, Value tensor) {
  Builder builder(function.getContext());
  unsigned number = function.getNumResults();
  name = freeName(std::move(name), number, [&](unsigned i) { return outputName(function, i); });
  NamedAttrList attributes = describe(builder, name, getElementTypeOrSelf(tensor));
  (void)function.insertResult(number, tensor.getType(), attributes.getDictionary(function.getContext()));
  Operation *terminator = function.getBody().front().getTerminator();
  terminator->insertOperands(number, tensor);
  return number;
}

} // namespace llmc::ir
