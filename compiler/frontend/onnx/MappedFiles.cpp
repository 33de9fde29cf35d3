// Opens, checks and maps. Paths are judged by the file that was really opened, not by their text.
#include "compiler/frontend/onnx/MappedFiles.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

namespace llmc::frontend {

using Code = OnnxErrorCode;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// Maps a regular file. Devices and pipes are refused before they are opened, since opening one may
/// block.
llvm::Expected<MappedFiles::File> MappedFiles::map(llvm::StringRef path, std::string name) {
  fs::file_status status;
  if (std::error_code failure = fs::status(path, status))
    return llvm::errorCodeToError(failure);
  if (!fs::is_regular_file(status))
    return llvm::createStringError("it is a folder or a device");

  llvm::SmallString<256> realPath;
  llvm::Expected<fs::file_t> handle = fs::openNativeFileForRead(path, fs::OF_None, &realPath);
  if (!handle)
    return handle.takeError();
  File file;
  file.name = std::move(name);
  file.realPath = realPath.str().str();
  std::error_code failure = fs::status(*handle, status);
  if (!failure && status.getSize() > 0)
    file.region = fs::mapped_file_region(*handle, fs::mapped_file_region::readonly, status.getSize(), 0, failure);
  fs::closeFile(*handle);
  if (failure)
    return llvm::errorCodeToError(failure);
  if (file.region)
    file.view = {reinterpret_cast<const uint8_t *>(file.region.const_data()), file.region.size()};
  return file;
}

llvm::Expected<MappedFiles> MappedFiles::open(llvm::StringRef modelPath, const OnnxReporter &reporter) {
  if (fs::exists(modelPath) && !fs::is_regular_file(modelPath))
    return reporter.error<Code::NotAFile>("");
  llvm::Expected<File> model = map(modelPath, modelPath.str());
  if (!model)
    return reporter.error<Code::CannotOpen>("", llvm::toString(model.takeError()));
  if (!model->region)
    return reporter.error<Code::EmptyFile>("");

  MappedFiles result;
  result.folder = path::parent_path(modelPath).str();
  llvm::SmallString<256> real;
  fs::real_path(result.folder.empty() ? "." : result.folder, real);
  result.realFolder = real.str().str();
  result.realModelFolder = path::parent_path(model->realPath).str();
  result.files.push_back(std::move(*model));
  return result;
}

llvm::Expected<MappedFiles> MappedFiles::inMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes,
                                                  llvm::StringRef folder, const OnnxReporter &reporter) {
  if (bytes.empty())
    return reporter.error<Code::EmptyFile>("");
  MappedFiles result;
  result.folder = folder.str();
  result.hasFolder = !folder.empty();
  llvm::SmallString<256> real;
  if (result.hasFolder)
    fs::real_path(folder, real);
  result.realFolder = real.str().str();
  result.files.push_back({name.str(), "", {}, bytes});
  return result;
}

bool MappedFiles::isInside(llvm::StringRef realPath) const {
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

llvm::Expected<unsigned> MappedFiles::find(llvm::StringRef location, llvm::StringRef where,
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
  llvm::Expected<File> file = map(full, relative.str().str());
  if (!file)
    return reporter.error<Code::ExternalUnreadable>(where, quoted(location), llvm::toString(file.takeError()));
  if (!isInside(file->realPath))
    return reporter.error<Code::ExternalPathEscapes>(where, quoted(location));
  files.push_back(std::move(*file));
  return indexOfLocation[relative] = files.size() - 1;
}
} // namespace llmc::frontend
