// As much of the zip format as .npz files need: stored and deflated entries, zip64. No encryption,
// no archives in parts. Written archives hold no time and depend on nothing but their entries.
#ifndef LLMC_TOOLS_LLMC_TENSORS_ZIPARCHIVE_H
#define LLMC_TOOLS_LLMC_TENSORS_ZIPARCHIVE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace llmc::tools {

struct ZipEntry {
  std::string name;
  std::string contents;
};

// All entries in the order of the archive's directory, unpacked, with their checksums verified.
// Messages begin with `origin`.
llvm::Expected<std::vector<ZipEntry>> parseZip(llvm::StringRef archive, llvm::StringRef origin);

// An archive of stored entries. Always in zip64 form: one form for all sizes.
std::string printZip(llvm::ArrayRef<ZipEntry> entries);

} // namespace llmc::tools
#endif
