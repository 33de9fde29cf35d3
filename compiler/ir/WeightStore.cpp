// Maps weight files.
#include "compiler/ir/WeightStore.h"
#include "compiler/ir/ElementBytes.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/support/FileError.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace llmc::ir {

uint64_t byteSize(RankedTensorType type) {
  return static_cast<uint64_t>(type.getNumElements()) * elementBytes(type.getElementType());
}

llvm::Expected<ArrayRef<char>> WeightStore::data(WeightOp weight) {
  if (!weight.getFile())
    return llvm::createStringError("weight @" + weight.getSymName() + " is no file but a recipe");
  auto all = contents(*weight.getFile());
  if (!all)
    return all.takeError();
  uint64_t offset = *weight.getOffset(), bytes = byteSize(weight.getTensorType());
  if (offset > all->size() || bytes > all->size() - offset)
    return llvm::createStringError("weight @" + weight.getSymName() + " reaches beyond the end of " +
                                   *weight.getFile());
  return ArrayRef<char>(all->data() + offset, bytes);
}

llvm::Expected<StringRef> WeightStore::contents(StringRef file) {
  std::lock_guard<std::mutex> lock(mutex);
  auto blob = blobs.find(file);
  if (blob != blobs.end())
    return StringRef(blob->second.data(), blob->second.size());
  auto &buffer = files[file];
  if (!buffer) {
    llvm::SmallString<256> path(folder);
    llvm::sys::path::append(path, file);
    auto opened = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!opened)
      return fileError(opened.getError(), "can't open the weights in " + path.str());
    buffer = std::move(*opened);
  }
  return buffer->getBuffer();
}

void WeightStore::addView(StringRef name, StringRef bytes) {
  files[name] = llvm::MemoryBuffer::getMemBuffer(bytes, name, /*RequiresNullTerminator=*/false);
}

void WeightStore::addBlob(StringRef name, std::vector<char> bytes) { blobs[name] = std::move(bytes); }

} // namespace llmc::ir
