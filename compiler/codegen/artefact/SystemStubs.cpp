// LLVM writes the libraries; they have no code.
#include "compiler/codegen/artefact/SystemStubs.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/InterfaceStub/ELFObjHandler.h"
#include "llvm/InterfaceStub/IFSStub.h"

namespace llmc::codegen {

llvm::Error writeSystemStubs(llvm::StringRef libc, llvm::StringRef libm, const llvm::Triple &target) {
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
  if (llvm::Error error = llvm::ifs::writeBinaryStub(libc, libcStub))
    return error;
  return llvm::ifs::writeBinaryStub(libm, libmStub);
}

} // namespace llmc::codegen
