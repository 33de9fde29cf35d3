// Opens weight files, and reads from them.
#include "compiler/ir/WeightStore.h"
#include "compiler/ir/LlmcDialect.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace llmc::ir {

llvm::Error WeightStore::read(WeightOp weight, MutableArrayRef<char> into) {
  if (!weight.getFile())
    return llvm::createStringError("weight @" + weight.getSymName() + " is no file but a recipe");
  auto file = find(*weight.getFile());
  if (!file)
    return file.takeError();
  uint64_t offset = *weight.getOffset();
  if (offset > (*file)->size() || into.size() > (*file)->size() - offset)
    return llvm::createStringError("weight @" + weight.getSymName() + " reaches beyond the end of " +
                                   *weight.getFile());
  return (*file)->read(offset, into);
}

llvm::Expected<std::shared_ptr<InputFile>> WeightStore::find(StringRef name) {
  std::lock_guard<std::mutex> lock(mutex);
  auto &file = files[name];
  if (file)
    return file;
  llvm::SmallString<256> path(folder);
  llvm::sys::path::append(path, name);
  auto opened = InputFile::open(path);
  if (!opened)
    return llvm::createStringError("can't open the weights in " + path.str() + ": " +
                                   llvm::toString(opened.takeError()) + "; try: check the path and its permissions");
  return file = std::move(*opened);
}

void WeightStore::addBlob(StringRef name, std::vector<char> bytes) {
  std::vector<char> &blob = blobs[name] = std::move(bytes);
  addFile(name, InputFile::inMemory(name, {reinterpret_cast<const uint8_t *>(blob.data()), blob.size()}));
}

llvm::Error WeightStore::checkUnchanged() {
  std::lock_guard<std::mutex> lock(mutex);
  for (auto &entry : files)
    if (llvm::Error error = entry.second->checkUnchanged())
      return error;
  return llvm::Error::success();
}

} // namespace llmc::ir
