// A weights file begins with a page that only its header uses; the header of an object file takes its place, and the
// tables go behind the payload.
#include "compiler/codegen/artefact/WeightsObject.h"
#include "compiler/codegen/artefact/CIdentifiers.h"
#include "compiler/support/FileError.h"
#include "llmc/artefact.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace llvm::ELF;

namespace llmc::codegen {
namespace {

enum Section { Null, Payload, Symbols, Strings, Stack, SectionCount };

/// Names, each found by its offset.
struct StringTable {
  std::string bytes = std::string(1, '\0');
  uint32_t add(llvm::StringRef name) {
    uint32_t offset = bytes.size();
    bytes += name;
    bytes += '\0';
    return offset;
  }
};

template <typename T> llvm::StringRef bytesOf(const T &value) {
  return {reinterpret_cast<const char *>(&value), sizeof(value)};
}

Elf64_Ehdr header(bool isX86, uint64_t tableOffset) {
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ElfMagic, 4);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_REL;
  header.e_machine = isX86 ? EM_X86_64 : EM_AARCH64;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_shoff = tableOffset;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = SectionCount;
  header.e_shstrndx = Strings;
  return header;
}

} // namespace

std::string weightsSymbol(llvm::StringRef name) { return cPrefix(name) + "_llmc_model_weights"; }

llvm::Error turnIntoObject(llvm::StringRef path, uint64_t payloadBytes, llvm::StringRef symbol,
                           const llvm::Triple &triple) {
  bool isX86 = triple.isX86();
  StringTable names;
  Elf64_Sym symbols[2] = {};
  symbols[1].st_name = names.add(symbol);
  symbols[1].setBindingAndType(STB_GLOBAL, STT_OBJECT);
  symbols[1].st_other = STV_HIDDEN;
  symbols[1].st_shndx = Payload;
  symbols[1].st_size = payloadBytes;
  uint64_t symbolOffset = llvm::alignTo(LLMC_WEIGHTS_PAYLOAD + payloadBytes, 8);
  uint64_t stringOffset = symbolOffset + sizeof(symbols);
  Elf64_Shdr sections[SectionCount] = {};
  // On x86-64 code reaches 2 GB; "large" sections lie where no code has to reach over them.
  sections[Payload] = {names.add(isX86 ? ".lrodata.llmc_weights" : ".rodata.llmc_weights"),
                       SHT_PROGBITS,
                       uint64_t(SHF_ALLOC) | (isX86 ? SHF_X86_64_LARGE : 0),
                       0,
                       LLMC_WEIGHTS_PAYLOAD,
                       payloadBytes,
                       0,
                       0,
                       LLMC_WEIGHTS_PAYLOAD,
                       0};
  sections[Symbols] = {names.add(".symtab"), SHT_SYMTAB, 0, 0, symbolOffset,
                       sizeof(symbols),      Strings,    1, 8, sizeof(Elf64_Sym)};
  uint32_t stringsName = names.add(".strtab"), stackName = names.add(".note.GNU-stack");
  sections[Strings] = {stringsName, SHT_STRTAB, 0, 0, stringOffset, names.bytes.size(), 0, 0, 1, 0};
  uint64_t tableOffset = llvm::alignTo(stringOffset + names.bytes.size(), 8);
  sections[Stack] = {stackName, SHT_PROGBITS, 0, 0, tableOffset, 0, 0, 0, 1, 0};

  std::error_code error;
  llvm::raw_fd_ostream stream(path, error, llvm::sys::fs::CD_OpenExisting, llvm::sys::fs::FA_Write,
                              llvm::sys::fs::OF_None);
  if (error)
    return fileError(error, "can't write " + path);
  stream << bytesOf(header(isX86, tableOffset));
  stream.write_zeros(LLMC_WEIGHTS_PAYLOAD - sizeof(Elf64_Ehdr));
  stream.seek(LLMC_WEIGHTS_PAYLOAD + payloadBytes);
  stream.write_zeros(symbolOffset - LLMC_WEIGHTS_PAYLOAD - payloadBytes);
  stream << bytesOf(symbols) << names.bytes;
  stream.write_zeros(tableOffset - stringOffset - names.bytes.size());
  stream << bytesOf(sections);
  return finishWriting(stream, path);
}

} // namespace llmc::codegen
