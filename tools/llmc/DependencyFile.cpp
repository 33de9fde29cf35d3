// Paths are absolute, so that it does not matter where the build system runs its commands.
#include "tools/llmc/DependencyFile.h"
#include "compiler/support/FileError.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::tools {

static void writePath(llvm::raw_ostream &stream, llvm::StringRef path) {
  llvm::SmallString<256> full(path);
  llvm::sys::fs::make_absolute(full);
  for (char c : full) {
    if (c == ' ' || c == '#')
      stream << '\\';
    stream << (c == '$' ? "$$" : llvm::StringRef(&c, 1));
  }
}

llvm::Error writeDependencyFile(llvm::StringRef path, llvm::StringRef artefact, llvm::StringRef facts) {
  auto parsed = llvm::json::parse(facts);
  if (!parsed)
    return parsed.takeError();
  const llvm::json::Array *files = parsed->getAsObject()->getArray("files_read");
  return writeWhole(path, [&](llvm::raw_ostream &stream) {
    writePath(stream, (artefact + "/manifest.json").str());
    stream << ':';
    for (const llvm::json::Value &file : *files) {
      stream << ' ';
      writePath(stream, file.getAsString().value_or(""));
    }
    stream << '\n';
  });
}

} // namespace llmc::tools
