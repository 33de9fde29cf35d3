// LLVM writes the libraries; they have no code.
#include "compiler/codegen/artefact/SystemStubs.h"
#include "compiler/codegen/artefact/PipedOutput.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/InterfaceStub/ELFObjHandler.h"
#include "llvm/InterfaceStub/IFSStub.h"

namespace llmc::codegen {

llvm::Expected<SystemStubs> makeSystemStubs(const llvm::Triple &target) {
  llvm::ifs::IFSStub libcStub, libmStub;
  libcStub.SoName = "libc.so.6";
  libmStub.SoName = "libm.so.6";
  for (llvm::ifs::IFSStub *stub : {&libcStub, &libmStub}) {
    stub->Target.Arch = target.isAArch64() ? llvm::ELF::EM_AARCH64 : llvm::ELF::EM_X86_64;
    stub->Target.BitWidth = llvm::ifs::IFSBitWidthType::IFS64;
    stub->Target.Endianness = llvm::ifs::IFSEndiannessType::Little;
  }
  auto add = [](llvm::ifs::IFSStub &stub, const char *name) {
    stub.Symbols.emplace_back(name);
    stub.Symbols.back().Type = llvm::ifs::IFSSymbolType::Func;
  };
#define LLMC_SYSTEM_SYMBOL(library, name) add(library##Stub, #name);
#include "compiler/codegen/artefact/SystemSymbols.def"
#undef LLMC_SYSTEM_SYMBOL
  auto bytesOf = [](const llvm::ifs::IFSStub &stub) {
    return outputOf([&](const std::string &path) { return llvm::ifs::writeBinaryStub(path, stub); });
  };
  auto libm = bytesOf(libmStub);
  if (!libm)
    return libm.takeError();
  auto libc = bytesOf(libcStub);
  if (!libc)
    return libc.takeError();
  return SystemStubs{std::move(*libm), std::move(*libc)};
}

} // namespace llmc::codegen
