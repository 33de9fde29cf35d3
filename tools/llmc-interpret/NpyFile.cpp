// The header of an .npy file is a Python dictionary; only its three known keys are looked for.
#include "tools/llmc-interpret/NpyFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using llmc::reference::ElementKind;
using llmc::reference::Tensor;

namespace llmc {

static const char *typeName(ElementKind kind) {
  switch (kind) {
  case ElementKind::I1:
    return "|b1";
  case ElementKind::I8:
    return "|i1";
  case ElementKind::I16:
    return "<i2";
  case ElementKind::I32:
    return "<i4";
  case ElementKind::I64:
  case ElementKind::Index:
    return "<i8";
  case ElementKind::F16:
    return "<f2";
  case ElementKind::BF16:
    return "<u2";
  case ElementKind::F32:
    return "<f4";
  case ElementKind::F64:
    return "<f8";
  }
  return "";
}

/// The text between `before` and `after`.
static llvm::StringRef between(llvm::StringRef text, llvm::StringRef before, llvm::StringRef after) {
  size_t at = text.find(before);
  if (at == llvm::StringRef::npos)
    return "";
  text = text.drop_front(at + before.size());
  return text.take_front(text.find(after));
}

llvm::Expected<Tensor> readNpy(const std::string &path, mlir::Type elementType) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return llvm::createStringError(file.getError(), "can't open " + path);
  llvm::StringRef content = (*file)->getBuffer();
  auto refuse = [&](const llvm::Twine &reason) { return llvm::createStringError(path + ": " + reason); };
  if (content.size() < 10 || !content.starts_with("\x93NUMPY\x01"))
    return refuse("is no .npy file of version 1");
  size_t headerBytes = static_cast<uint8_t>(content[8]) | static_cast<uint8_t>(content[9]) << 8;
  if (content.size() < 10 + headerBytes)
    return refuse("ends within its header");
  llvm::StringRef header = content.substr(10, headerBytes);
  if (between(header, "'fortran_order': ", ",") != "False")
    return refuse("is not row-major");
  auto kind = reference::elementKind(elementType);
  int width;
  if (!kind || between(header, "'descr': '", "'").drop_front(2).getAsInteger(10, width) ||
      width != reference::elementBytes(*kind))
    return refuse("holds elements of another width");
  llvm::SmallVector<int64_t> shape;
  for (llvm::StringRef size : llvm::split(between(header, "'shape': (", ")"), ",")) {
    if (size.trim().empty())
      continue;
    if (size.trim().getAsInteger(10, shape.emplace_back()))
      return refuse("has a shape that can't be read");
  }
  llvm::StringRef data = content.drop_front(10 + headerBytes);
  auto view = Tensor::borrow(elementType, shape, {data.data(), data.size()});
  if (!view)
    return refuse(llvm::toString(view.takeError()));
  auto tensor = Tensor::allocate(elementType, shape);
  if (tensor)
    llvm::copy(view->bytes(), tensor->mutableBytes().data());
  return tensor;
}

llvm::Error writeNpy(const std::string &path, const Tensor &tensor) {
  std::string header;
  llvm::raw_string_ostream text(header);
  text << "{'descr': '" << typeName(tensor.kind()) << "', 'fortran_order': False, 'shape': (";
  for (int64_t size : tensor.shape())
    text << size << ",";
  text << "), }";
  header.append(64 - (10 + header.size() + 1) % 64, ' ');
  header += '\n';
  std::error_code failed;
  llvm::raw_fd_ostream out(path, failed);
  if (failed)
    return llvm::createStringError(failed, "can't write " + path);
  out << llvm::StringRef("\x93NUMPY\x01\0", 8) << static_cast<char>(header.size() & 255)
      << static_cast<char>(header.size() >> 8) << header;
  out.write(tensor.bytes().data(), tensor.bytes().size());
  return llvm::Error::success();
}

} // namespace llmc
