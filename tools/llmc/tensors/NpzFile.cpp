// The name of an entry, without .npy, is that of its tensor.
#include "tools/llmc/tensors/NpzFile.h"

#include "tools/llmc/tensors/NpyFile.h"
#include "tools/llmc/tensors/ZipArchive.h"
#include "llvm/ADT/StringSet.h"

using namespace llmc::tools;
using llvm::StringRef;

llvm::Expected<std::vector<HostTensor>> llmc::tools::parseNpz(StringRef contents, StringRef origin) {
  llvm::Expected<std::vector<ZipEntry>> entries = parseZip(contents, origin);
  if (!entries)
    return entries.takeError();
  std::vector<HostTensor> tensors;
  for (const ZipEntry &entry : *entries) {
    StringRef name = entry.name;
    if (!name.consume_back(".npy"))
      return llvm::createStringError(origin + ": entry '" + name + "' is no .npy file");
    llvm::Expected<HostTensor> tensor = parseNpy(entry.contents, (origin + ": " + entry.name).str());
    if (!tensor)
      return tensor.takeError();
    tensor->name = name.str();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

llvm::Expected<std::string> llmc::tools::printNpz(llvm::ArrayRef<HostTensor> tensors) {
  constexpr size_t longestName = UINT16_MAX - 4;
  std::vector<ZipEntry> entries;
  llvm::StringSet<> names;
  for (const HostTensor &tensor : tensors) {
    if (tensor.name.size() > longestName)
      return llvm::createStringError("a tensor's name is too long for a .npz file");
    if (!names.insert(tensor.name).second)
      return llvm::createStringError("two tensors are named '" + tensor.name + "'");
    entries.push_back({tensor.name + ".npy", printNpy(tensor)});
  }
  return printZip(entries);
}
