#include "compiler/report/ReportFile.h"
#include "compiler/codegen/artefact/Publication.h"
#include "compiler/report/Json.h"
#include "compiler/report/Markdown.h"
#include "compiler/report/Page.h"
#include "compiler/support/FileError.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace llmc::report {

static llvm::SmallString<256> absolute(llvm::StringRef path) {
  llvm::SmallString<256> full(path);
  llvm::sys::fs::make_absolute(full);
  llvm::sys::path::remove_dots(full, /*remove_dot_dot=*/true);
  return full;
}

ReportFile::Writer ReportFile::writerFor(llvm::StringRef path) {
  return llvm::StringSwitch<Writer>(llvm::sys::path::extension(path))
      .Case(".html", writePage)
      .Case(".md", writeMarkdown)
      .Case(".json", writeJson)
      .Default(nullptr);
}

llvm::Expected<ReportFile> ReportFile::at(llvm::StringRef path, llvm::StringRef artefactFolder) {
  Writer writer = writerFor(path);
  if (!writer)
    return usageError("can't tell what the report \"" + path +
                      "\" is to be; try: a name that ends in .html, .md or .json");
  if (llvm::sys::fs::is_directory(path))
    return usageError("the report \"" + path + "\" is a folder; try: a file in it, or another name");
  llvm::SmallString<256> file = absolute(path), artefact = absolute(artefactFolder);
  llvm::StringRef folder = llvm::sys::path::parent_path(file);
  bool isBesideArtefact = folder == artefact;
  if (isBesideArtefact && llvm::sys::path::filename(file) == codegen::kManifestName)
    return usageError("the report \"" + path + "\" would take the place of the artefact's manifest; try: another name");
  std::error_code code = llvm::sys::fs::access(folder, llvm::sys::fs::AccessMode::Write);
  if (code && !(isBesideArtefact && code == std::errc::no_such_file_or_directory)) // that one will be made
    return fileError(code, "can't write the report " + path);
  return ReportFile(file.str().str(), writer);
}

llvm::Error ReportFile::write(const Report &report) const {
  return writeWhole(path, [&](llvm::raw_ostream &stream) { writer(report, stream); });
}

} // namespace llmc::report
