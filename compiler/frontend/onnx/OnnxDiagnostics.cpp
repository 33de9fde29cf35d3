// Puts the parts of a message together.
#include "compiler/frontend/onnx/OnnxDiagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/raw_ostream.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

char OnnxError::ID = 0;

void OnnxError::log(llvm::raw_ostream &stream) const { stream << text; }

std::error_code OnnxError::convertToErrorCode() const { return llvm::inconvertibleErrorCode(); }

static bool isPrintableUtf8(llvm::StringRef text) {
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.data());
  auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return llvm::isLegalUTF8String(&begin, begin + text.size()) && llvm::none_of(text, isControl);
}

std::string quoted(llvm::StringRef name) {
  constexpr size_t longest = 160;
  bool cut = name.size() > longest;
  llvm::StringRef shown = name.take_front(longest);
  auto isContinuation = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  while (cut && !shown.empty() && isContinuation(name[shown.size()]))
    shown = shown.drop_back(); // not in the middle of a character
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << '"';
  if (isPrintableUtf8(shown))
    stream << shown;
  else
    llvm::printEscapedString(shown, stream);
  stream << (cut ? "..." : "") << '"';
  return text;
}

std::string describeNode(const onnx::NodeProto &node, size_t number) {
  std::string op = " (" + llvm::StringRef(node.op_type()).take_front(80).str() + ")";
  if (!node.name().empty())
    return describe("node", node.name()) + op;
  std::string text = "node #" + std::to_string(number) + op;
  for (int i = 0; i < node.output_size() && i < 3; ++i)
    text += (i == 0 ? " -> " : ", ") + quoted(node.output(i));
  return text;
}

llvm::Error OnnxReporter::make(OnnxErrorCode code, llvm::StringRef where, std::string text) const {
  std::string prefix = file + ": ";
  if (!where.empty())
    prefix += where.str() + ": ";
  return llvm::make_error<OnnxError>(code, prefix + text);
}

} // namespace llmc::frontend
