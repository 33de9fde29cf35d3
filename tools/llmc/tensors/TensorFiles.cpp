// The end of a name decides the format.
#include "tools/llmc/tensors/TensorFiles.h"
#include "compiler/support/FileError.h"

#include "tools/llmc/tensors/NpyFile.h"
#include "tools/llmc/tensors/NpzFile.h"
#include "tools/llmc/tensors/TensorProtoFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llmc::tools;
using llvm::StringRef;

static llvm::Error unknownKind(StringRef path) {
  return llvm::createStringError(path + ": not a tensor file by its name; known are .npy, .npz, .pb");
}

static llvm::Expected<std::vector<HostTensor>> single(llvm::Expected<HostTensor> tensor) {
  if (!tensor)
    return tensor.takeError();
  std::vector<HostTensor> tensors;
  tensors.push_back(std::move(*tensor));
  return tensors;
}

llvm::Expected<std::vector<HostTensor>> llmc::tools::readTensorFile(StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                          /*IsVolatile=*/true); // never mapped: somebody may make it shorter
  if (!file)
    return fileError(file.getError(), "can't read " + path);
  StringRef contents = (*file)->getBuffer(), extension = llvm::sys::path::extension(path);
  if (extension == ".npy")
    return single(parseNpy(contents, path));
  if (extension == ".npz")
    return parseNpz(contents, path);
  if (extension == ".pb")
    return single(parseTensorProto(contents, path));
  return unknownKind(path);
}

std::vector<HostTensor> llmc::tools::partOf(std::vector<HostTensor> tensors, StringRef mark,
                                            llvm::function_ref<bool(StringRef)> isName) {
  auto isMarked = [&](const HostTensor &tensor) {
    return StringRef(tensor.name).starts_with(mark) && !isName(tensor.name);
  };
  if (llvm::none_of(tensors, isMarked))
    return tensors;
  llvm::erase_if(tensors, [&](const HostTensor &tensor) { return !isMarked(tensor); });
  for (HostTensor &tensor : tensors)
    tensor.name.erase(0, mark.size());
  return tensors;
}

static llvm::Expected<std::string> print(StringRef path, llvm::ArrayRef<HostTensor> tensors) {
  StringRef extension = llvm::sys::path::extension(path);
  if (extension == ".npz")
    return printNpz(tensors);
  if (extension != ".npy" && extension != ".pb")
    return unknownKind(path);
  if (tensors.size() != 1)
    return llvm::createStringError(path + ": holds exactly one tensor, not " + llvm::Twine(tensors.size()) +
                                   "; a .npz file holds many");
  return extension == ".npy" ? printNpy(tensors[0]) : printTensorProto(tensors[0]);
}

llvm::Error llmc::tools::writeTensorFile(StringRef path, llvm::ArrayRef<HostTensor> tensors) {
  llvm::Expected<std::string> contents = print(path, tensors);
  if (!contents)
    return contents.takeError();
  return writeWhole(path, [&](llvm::raw_ostream &out) { out << *contents; });
}

static std::string numberedPath(StringRef directory, StringRef prefix, size_t number) {
  llvm::SmallString<128> path = directory;
  llvm::sys::path::append(path, prefix + "_" + llvm::Twine(number) + ".pb");
  return path.str().str();
}

llvm::Expected<std::vector<HostTensor>> llmc::tools::readTensorDirectory(StringRef directory, StringRef prefix) {
  if (!llvm::sys::fs::is_directory(directory))
    return llvm::createStringError(directory + ": not a directory");
  std::vector<HostTensor> tensors;
  for (;;) {
    std::string path = numberedPath(directory, prefix, tensors.size());
    if (!llvm::sys::fs::exists(path))
      return tensors;
    llvm::Expected<std::vector<HostTensor>> tensor = readTensorFile(path);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(tensor->front()));
  }
}

llvm::Error llmc::tools::writeTensorDirectory(StringRef directory, StringRef prefix,
                                              llvm::ArrayRef<HostTensor> tensors) {
  if (std::error_code error = llvm::sys::fs::create_directories(directory))
    return fileError(error, "can't make the folder " + directory);
  for (size_t i = 0; i < tensors.size(); ++i)
    if (llvm::Error error = writeTensorFile(numberedPath(directory, prefix, i), tensors[i]))
      return error;
  return llvm::Error::success();
}
