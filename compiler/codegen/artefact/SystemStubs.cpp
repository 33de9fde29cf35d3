// Symbols have versions here, though references without any would load, too: the dynamic linker gives those the oldest
// function of a name, whatever it does, and does not look whether a library is old enough to lack one.
#include "compiler/codegen/artefact/SystemStubs.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/VersionTuple.h"
#include <algorithm>
#include <map>

namespace llmc::codegen {

namespace {

struct SystemSymbol {
  llvm::StringRef library, version, name;
};

constexpr SystemSymbol kSymbols[] = {
#define LLMC_SYSTEM_SYMBOL(library, version, name) {#library, #version, #name},
#include "compiler/codegen/artefact/SystemSymbols.def"
#undef LLMC_SYSTEM_SYMBOL
};

struct SystemLibrary {
  llvm::StringRef library, name;
};

constexpr SystemLibrary kLibraries[] = {
    {"libm", "libm.so.6"}, {"libpthread", "libpthread.so.0"}, {"libdl", "libdl.so.2"}, {"libc", "libc.so.6"}};

} // namespace

/// glibc for AArch64 began with 2.17: whatever was there has that version.
static llvm::VersionTuple versionFor(const llvm::Triple &target, llvm::StringRef version) {
  llvm::VersionTuple parsed;
  parsed.tryParse(version);
  return target.isAArch64() ? std::max(parsed, llvm::VersionTuple(2, 17)) : parsed;
}

std::vector<SystemStub> systemStubs(const llvm::Triple &target) {
  std::vector<SystemStub> stubs;
  for (const SystemLibrary &library : kLibraries) {
    SystemStub stub = {library.name.str(), "", ""};
    std::map<llvm::VersionTuple, std::string> names;
    for (const SystemSymbol &symbol : kSymbols)
      if (symbol.library == library.library) {
        stub.definitions += symbol.name.str() + " = 0;\n";
        names[versionFor(target, symbol.version)] += symbol.name.str() + "; ";
      }
    for (const auto &[version, list] : names)
      stub.versions += "GLIBC_" + version.getAsString() + " { " + list + "};\n";
    stubs.push_back(std::move(stub));
  }
  return stubs;
}

} // namespace llmc::codegen
