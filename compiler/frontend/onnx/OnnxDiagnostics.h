// Errors about an ONNX file, in words for the person who has it. Each is one row of
// OnnxDiagnostics.def and reads
//   model.onnx: node "attn_3" (MatMul): nothing defines its input "q"; try: export it again, ...
#ifndef LLMC_COMPILER_FRONTEND_ONNX_ONNXDIAGNOSTICS_H
#define LLMC_COMPILER_FRONTEND_ONNX_ONNXDIAGNOSTICS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace onnx {
class NodeProto;
}

namespace llmc::frontend {

enum class OnnxErrorCode {
#define ONNX_ERROR(CODE, TEXT, TRY) CODE,
#include "compiler/frontend/onnx/OnnxDiagnostics.def"
};

/// The row's pattern, remedy included.
constexpr std::string_view patternOf(OnnxErrorCode code) {
  switch (code) {
#define ONNX_ERROR(CODE, TEXT, TRY)                                                                                    \
  case OnnxErrorCode::CODE:                                                                                            \
    return TEXT "; try: " TRY;
#include "compiler/frontend/onnx/OnnxDiagnostics.def"
  }
  return {};
}

/// The one error class of this folder.
class OnnxError : public llvm::ErrorInfo<OnnxError> {
public:
  static char ID;

  OnnxError(OnnxErrorCode code, std::string message) : code(code), text(std::move(message)) {}

  OnnxErrorCode getCode() const { return code; }
  std::string message() const override { return text; }
  void log(llvm::raw_ostream &stream) const override;
  std::error_code convertToErrorCode() const override;

private:
  OnnxErrorCode code;
  std::string text;
};

/// `name` in double quotes. Control characters and broken UTF-8 are escaped, endless names cut.
std::string quoted(llvm::StringRef name);

/// `node "attn_3" (MatMul)`, or `node #12 (MatMul) -> "x"` where the node has no name.
std::string describeNode(const onnx::NodeProto &node, size_t number);

/// `tensor "w"`: a kind of thing and its name.
inline std::string describe(llvm::StringRef kind, llvm::StringRef name) { return (kind + " " + quoted(name)).str(); }

/// Makes errors about one file.
class OnnxReporter {
public:
  explicit OnnxReporter(std::string file) : file(std::move(file)) {}

  /// An error about `where` (a described node, tensor, ...), or about the whole file when that is
  /// empty.
  template <OnnxErrorCode Code, typename... Args> llvm::Error error(llvm::StringRef where, const Args &...args) const {
    static constexpr std::string_view pattern = patternOf(Code);
    return make(Code, where, fmt::format(FMT_STRING(pattern), formattable(args)...));
  }

private:
  template <typename T> static const T &formattable(const T &value) { return value; }
  static std::string_view formattable(llvm::StringRef text) { return text; }

  llvm::Error make(OnnxErrorCode code, llvm::StringRef where, std::string text) const;

  std::string file;
};

} // namespace llmc::frontend

#endif
