// The file of a report: what it may be called, and how it appears.
#ifndef LLMC_COMPILER_REPORT_REPORTFILE_H
#define LLMC_COMPILER_REPORT_REPORTFILE_H

#include "compiler/report/Facts.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::report {

class ReportFile {
public:
  /// `path` ends in .html, .md or .json, and can be written to, as far as that can be told before the artefact is in
  /// its folder. A UsageError, or one of the file system, where that is not so.
  static llvm::Expected<ReportFile> at(llvm::StringRef path, llvm::StringRef artefactFolder);

  /// The whole file, or what was there before.
  llvm::Error write(const Report &report) const;

private:
  using Writer = void (*)(const Report &, llvm::raw_ostream &);
  ReportFile(std::string path, Writer writer) : path(std::move(path)), writer(writer) {}
  static Writer writerFor(llvm::StringRef path);

  std::string path;
  Writer writer;
};

} // namespace llmc::report

#endif
