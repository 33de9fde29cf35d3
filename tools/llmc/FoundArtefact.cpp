// While a compile puts another model in place, manifest.json may name a library that has just gone: then it names
// another one by now. A library that it does not list is a former artefact's, which the next compile removes.
#include "tools/llmc/FoundArtefact.h"
#include "compiler/codegen/artefact/ManifestReader.h"
#include "compiler/codegen/artefact/Publication.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace json = llvm::json;

namespace llmc::tools {
namespace {

/// manifest.json; "" where there is none, or something that reading would wait for.
std::string besideText(const std::string &folder) {
  std::string path = folder + "/" + codegen::kManifestName;
  if (!llvm::sys::fs::is_regular_file(path))
    return "";
  auto text = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/true, /*IsVolatile=*/true);
  return text ? (*text)->getBuffer().str() : "";
}

/// The only library in a folder. Of several it is the one that says that it is a compiled model, or, as older versions
/// wrote them, that has weights beside it.
llvm::Expected<codegen::LibraryFile> openOnly(const std::string &folder) {
  std::error_code code;
  llvm::Error damaged = llvm::Error::success();
  std::vector<codegen::LibraryFile> ranks[3]; // libraries, with weights, with a manifest
  for (llvm::sys::fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    if (llvm::sys::path::extension(it->path()) != ".so")
      continue;
    auto library = codegen::LibraryFile::open(it->path());
    if (!library) {
      damaged = llvm::joinErrors(std::move(damaged), library.takeError());
      continue;
    }
    bool hasWeights = llvm::sys::fs::exists(llvm::StringRef(it->path()).drop_back(2) + "weights");
    ranks[!library->manifest().empty() ? 2 : hasWeights].push_back(std::move(*library));
  }
  if (code)
    return llvm::joinErrors(llvm::createStringError(code, "can't read the folder " + folder), std::move(damaged));
  for (auto &rank : llvm::reverse(ranks)) {
    if (rank.empty())
      continue;
    llvm::consumeError(std::move(damaged));
    if (rank.size() > 1)
      return llvm::createStringError(folder +
                                     " holds more than one compiled model, and no manifest.json that names one");
    return std::move(rank.front());
  }
  if (damaged)
    return std::move(damaged);
  return llvm::createStringError(folder + " holds no compiled model; try: llmc compile MODEL.onnx -o " + folder);
}

/// Whether a manifest lists the archive of a model and no library of it.
bool listsArchiveOnly(const json::Object &manifest, llvm::StringRef model) {
  auto files = codegen::filesIn(manifest);
  auto lists = [&](llvm::StringRef ending) {
    return llvm::any_of(files, [&](const codegen::ArtefactFile &file) { return file.name == (model + ending).str(); });
  };
  return lists(".a") && !lists(".so");
}

llvm::Expected<FoundArtefact> found(llvm::StringRef folder, codegen::LibraryFile library,
                                    std::optional<json::Object> beside) {
  FoundArtefact artefact = {folder.str(), {}, {}, std::move(beside)};
  if (auto own = codegen::parseManifest(library.manifest()))
    artefact.manifest = std::move(*own);
  else if (artefact.beside)
    artefact.manifest = *artefact.beside;
  artefact.library = std::move(library);
  return artefact;
}

} // namespace

llvm::Expected<FoundArtefact> findArtefact(llvm::StringRef path) {
  std::string folder = path.str();
  if (!llvm::sys::fs::is_directory(path)) {
    auto library = codegen::LibraryFile::open(path);
    return library ? found(llvm::sys::path::parent_path(path), std::move(*library), {}) : library.takeError();
  }
  for (std::string text = besideText(folder);;) {
    auto beside = codegen::parseManifest(text);
    llvm::StringRef name = beside ? beside->getString("model").value_or("") : "";
    if (name.empty() || name.contains('/')) {
      auto only = openOnly(folder);
      return only ? found(folder, std::move(*only), std::move(beside)) : only.takeError();
    }
    if (listsArchiveOnly(*beside, name))
      return FoundArtefact{folder, {}, *beside, *beside};
    auto library = codegen::LibraryFile::open(folder + "/" + name.str() + ".so");
    if (library)
      return found(folder, std::move(*library), std::move(beside));
    llvm::Error error = llvm::handleErrors(library.takeError(), [](std::unique_ptr<llvm::StringError> failure) {
      bool isMissing = failure->convertToErrorCode() == std::errc::no_such_file_or_directory;
      return isMissing ? llvm::Error::success() : llvm::Error(std::move(failure));
    });
    if (error)
      return std::move(error);
    std::string again = besideText(folder);
    if (again == text) // the artefact is damaged
      return FoundArtefact{folder, {}, *beside, *beside};
    text = std::move(again);
  }
}

} // namespace llmc::tools
