// Paths are judged by the file that was really opened, not by their text.
#include "compiler/frontend/onnx/ModelFiles.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace llmc::frontend {

using Code = OnnxErrorCode;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

llvm::Expected<ModelFiles> ModelFiles::open(llvm::StringRef modelPath, const OnnxReporter &reporter) {
  if (fs::exists(modelPath) && !fs::is_regular_file(modelPath))
    return reporter.error<Code::NotAFile>("");
  auto model = InputFile::open(modelPath);
  if (!model)
    return reporter.error<Code::CannotOpen>("", llvm::toString(model.takeError()));
  if ((*model)->size() == 0)
    return reporter.error<Code::EmptyFile>("");

  ModelFiles result;
  result.folder = path::parent_path(modelPath).str();
  llvm::SmallString<256> real;
  fs::real_path(result.folder.empty() ? "." : result.folder, real);
  result.realFolder = real.str().str();
  result.realModelFolder = path::parent_path((*model)->realPath()).str();
  result.files.push_back({modelPath.str(), std::move(*model)});
  return result;
}

llvm::Expected<ModelFiles> ModelFiles::inMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes,
                                                llvm::StringRef folder, const OnnxReporter &reporter) {
  if (bytes.empty())
    return reporter.error<Code::EmptyFile>("");
  ModelFiles result;
  result.folder = folder.str();
  result.hasFolder = !folder.empty();
  llvm::SmallString<256> real;
  if (result.hasFolder)
    fs::real_path(folder, real);
  result.realFolder = real.str().str();
  result.files.push_back({name.str(), InputFile::inMemory(name, bytes)});
  return result;
}

bool ModelFiles::isInside(llvm::StringRef realPath) const {
  auto isUnder = [](llvm::StringRef file, llvm::StringRef parent) {
    return !parent.empty() && file.consume_front(parent) && (parent.ends_with("/") || file.starts_with("/"));
  };
  return isUnder(realPath, realFolder) || isUnder(realPath, realModelFolder);
}

/// No absolute paths, no "..", no NUL that would cut the path short.
static bool isPlainLocation(llvm::StringRef location) {
  if (path::is_absolute(location) || location.contains('\0'))
    return false;
  return std::none_of(path::begin(location), path::end(location), [](llvm::StringRef part) { return part == ".."; });
}

llvm::Expected<unsigned> ModelFiles::find(llvm::StringRef location, llvm::StringRef where,
                                          const OnnxReporter &reporter) {
  if (location.empty())
    return reporter.error<Code::ExternalKeyMissing>(where);
  if (!hasFolder)
    return reporter.error<Code::ExternalUnreadable>(where, quoted(location),
                                                    "the model is in memory, without a folder");
  if (!isPlainLocation(location))
    return reporter.error<Code::ExternalPathEscapes>(where, quoted(location));
  llvm::SmallString<256> relative(location);
  path::remove_dots(relative);
  if (auto known = indexOfLocation.find(relative); known != indexOfLocation.end())
    return known->second;

  llvm::SmallString<256> full(folder);
  path::append(full, relative);
  auto file = InputFile::open(full);
  if (!file)
    return reporter.error<Code::ExternalUnreadable>(where, quoted(location), llvm::toString(file.takeError()));
  if (!isInside((*file)->realPath()))
    return reporter.error<Code::ExternalPathEscapes>(where, quoted(location));
  files.push_back({relative.str().str(), std::move(*file)});
  return indexOfLocation[relative] = files.size() - 1;
}

llvm::Error ModelFiles::checkUnchanged() const {
  for (const File &file : files)
    if (llvm::Error error = file.file->checkUnchanged())
      return error;
  return llvm::Error::success();
}

llvm::Error ModelFiles::blame(llvm::Error error) const {
  llvm::Error changed = checkUnchanged();
  if (!changed)
    return error;
  llvm::consumeError(std::move(error));
  return changed;
}

} // namespace llmc::frontend
