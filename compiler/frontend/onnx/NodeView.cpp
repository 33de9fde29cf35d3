// Attributes are looked up in place: nodes have a handful.
#include "compiler/frontend/onnx/NodeView.h"
#include "compiler/frontend/onnx/OnnxModel.h"
#include "compiler/frontend/onnx/OpsetVersions.h"

#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;

llvm::StringRef NodeView::name() const { return proto->name(); }
llvm::StringRef NodeView::opType() const { return proto->op_type(); }
llvm::StringRef NodeView::domain() const { return normalizedDomain(proto->domain()); }
int64_t NodeView::opset() const { return *model->opset(domain()); } // load() has checked it
std::string NodeView::describe() const { return describeNode(*proto, position); }
const OnnxReporter &NodeView::reporter() const { return model->reporter(); }

using Names = google::protobuf::RepeatedPtrField<std::string>;

static size_t countToLastNamed(const Names &names) {
  size_t count = names.size();
  while (count > 0 && names[count - 1].empty())
    --count;
  return count;
}

static llvm::StringRef nameAt(const Names &names, size_t index) {
  return index < static_cast<size_t>(names.size()) ? llvm::StringRef(names[index]) : llvm::StringRef();
}

size_t NodeView::inputCount() const { return countToLastNamed(proto->input()); }
llvm::StringRef NodeView::input(size_t index) const { return nameAt(proto->input(), index); }
size_t NodeView::outputCount() const { return countToLastNamed(proto->output()); }
llvm::StringRef NodeView::output(size_t index) const { return nameAt(proto->output(), index); }

std::vector<llvm::StringRef> NodeView::attrNames() const {
  std::vector<llvm::StringRef> names;
  for (const onnx::AttributeProto &attribute : proto->attribute())
    names.push_back(attribute.name());
  return names;
}

const onnx::AttributeProto *NodeView::find(llvm::StringRef name) const {
  for (const onnx::AttributeProto &attribute : proto->attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

/// With its article, as messages need it.
static llvm::StringRef typeText(int type) {
  switch (type) {
  case onnx::AttributeProto::FLOAT:
    return "a float";
  case onnx::AttributeProto::INT:
    return "an integer";
  case onnx::AttributeProto::STRING:
    return "a string";
  case onnx::AttributeProto::TENSOR:
    return "a tensor";
  case onnx::AttributeProto::GRAPH:
    return "a graph";
  case onnx::AttributeProto::FLOATS:
    return "a list of floats";
  case onnx::AttributeProto::INTS:
    return "a list of integers";
  case onnx::AttributeProto::STRINGS:
    return "a list of strings";
  case onnx::AttributeProto::UNDEFINED:
    return "without a type";
  default:
    return "of a type that llmc does not use";
  }
}

llvm::Expected<const onnx::AttributeProto *> NodeView::require(llvm::StringRef name, int type) const {
  const onnx::AttributeProto *attribute = find(name);
  if (!attribute)
    return error<Code::AttributeMissing>(name);
  if (attribute->type() != type)
    return error<Code::AttributeType>(name, typeText(attribute->type()), typeText(type));
  return attribute;
}

llvm::Expected<int64_t> NodeView::intAttr(llvm::StringRef name) const {
  auto attribute = require(name, onnx::AttributeProto::INT);
  if (!attribute)
    return attribute.takeError();
  return (*attribute)->i();
}

llvm::Expected<float> NodeView::floatAttr(llvm::StringRef name) const {
  auto attribute = require(name, onnx::AttributeProto::FLOAT);
  if (!attribute)
    return attribute.takeError();
  return (*attribute)->f();
}

llvm::Expected<llvm::StringRef> NodeView::stringAttr(llvm::StringRef name) const {
  auto attribute = require(name, onnx::AttributeProto::STRING);
  if (!attribute)
    return attribute.takeError();
  return llvm::StringRef((*attribute)->s());
}

llvm::Expected<llvm::ArrayRef<int64_t>> NodeView::intsAttr(llvm::StringRef name) const {
  auto attribute = require(name, onnx::AttributeProto::INTS);
  if (!attribute)
    return attribute.takeError();
  const auto &values = (*attribute)->ints();
  return llvm::ArrayRef<int64_t>(values.data(), values.size());
}

llvm::Expected<llvm::ArrayRef<float>> NodeView::floatsAttr(llvm::StringRef name) const {
  auto attribute = require(name, onnx::AttributeProto::FLOATS);
  if (!attribute)
    return attribute.takeError();
  const auto &values = (*attribute)->floats();
  return llvm::ArrayRef<float>(values.data(), values.size());
}

llvm::Expected<std::vector<llvm::StringRef>> NodeView::stringsAttr(llvm::StringRef name) const {
  auto attribute = require(name, onnx::AttributeProto::STRINGS);
  if (!attribute)
    return attribute.takeError();
  const auto &values = (*attribute)->strings();
  return std::vector<llvm::StringRef>(values.begin(), values.end());
}

llvm::Expected<const TensorData *> NodeView::tensorAttr(llvm::StringRef name) const {
  auto attribute = require(name, onnx::AttributeProto::TENSOR);
  if (!attribute)
    return attribute.takeError();
  return &model->tensorOf((*attribute)->t());
}

llvm::Expected<const OnnxGraph *> NodeView::graphAttr(llvm::StringRef name) const {
  auto attribute = require(name, onnx::AttributeProto::GRAPH);
  if (!attribute)
    return attribute.takeError();
  return &model->graphOf((*attribute)->g());
}

llvm::Expected<int64_t> NodeView::intAttr(llvm::StringRef name, int64_t byDefault) const {
  return hasAttr(name) ? intAttr(name) : byDefault;
}

llvm::Expected<float> NodeView::floatAttr(llvm::StringRef name, float byDefault) const {
  return hasAttr(name) ? floatAttr(name) : byDefault;
}

llvm::Expected<llvm::StringRef> NodeView::stringAttr(llvm::StringRef name, llvm::StringRef byDefault) const {
  return hasAttr(name) ? stringAttr(name) : byDefault;
}

llvm::Expected<llvm::ArrayRef<int64_t>> NodeView::intsAttr(llvm::StringRef name,
                                                           llvm::ArrayRef<int64_t> byDefault) const {
  return hasAttr(name) ? intsAttr(name) : byDefault;
}

llvm::Expected<llvm::ArrayRef<float>> NodeView::floatsAttr(llvm::StringRef name,
                                                           llvm::ArrayRef<float> byDefault) const {
  return hasAttr(name) ? floatsAttr(name) : byDefault;
}

} // namespace llmc::frontend
