// Header, contents, then symbols, names and the table of sections.
#include "compiler/codegen/artefact/SectionObject.h"
#include "compiler/codegen/artefact/CIdentifiers.h"
#include "compiler/codegen/artefact/LibraryNote.h"
#include "llmc/artefact.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace llvm::ELF;

namespace llmc::codegen {
namespace {

enum Section { Null, Contents, Symbols, Strings, Stack, SectionCount };

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

Elf64_Ehdr headerFor(bool isX86, uint64_t tableOffset) {
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

ObjectFrame frameFor(const SectionSpec &section, const llvm::Triple &triple) {
  StringTable names;
  Elf64_Sym symbols[2] = {};
  symbols[1].st_name = names.add(section.symbol);
  symbols[1].setBindingAndType(STB_GLOBAL, STT_OBJECT);
  symbols[1].st_other = STV_HIDDEN;
  symbols[1].st_shndx = Contents;
  symbols[1].st_size = section.bytes;
  uint64_t symbolBytes = section.symbol.empty() ? sizeof(Elf64_Sym) : sizeof(symbols);
  uint64_t end = LLMC_WEIGHTS_PAYLOAD + (section.type == SHT_NOBITS ? 0 : section.bytes);
  uint64_t symbolOffset = llvm::alignTo(end, 8), stringOffset = symbolOffset + symbolBytes;
  uint32_t sectionName = names.add(section.name), symbolsName = names.add(".symtab"),
           stringsName = names.add(".strtab"), stackName = names.add(".note.GNU-stack");
  uint64_t tableOffset = llvm::alignTo(stringOffset + names.bytes.size(), 8);
  Elf64_Shdr table[SectionCount] = {};
  table[Contents] = {
      sectionName, section.type, section.flags, 0, LLMC_WEIGHTS_PAYLOAD, section.bytes, 0, 0, section.alignment, 0};
  table[Symbols] = {symbolsName, SHT_SYMTAB, 0, 0, symbolOffset, symbolBytes, Strings, 1, 8, sizeof(Elf64_Sym)};
  table[Strings] = {stringsName, SHT_STRTAB, 0, 0, stringOffset, names.bytes.size(), 0, 0, 1, 0};
  table[Stack] = {stackName, SHT_PROGBITS, 0, 0, tableOffset, 0, 0, 0, 1, 0};

  ObjectFrame frame;
  frame.head = bytesOf(headerFor(triple.isX86(), tableOffset));
  frame.head.resize(LLMC_WEIGHTS_PAYLOAD, '\0');
  frame.tail.assign(symbolOffset - end, '\0');
  frame.tail += bytesOf(symbols).take_front(symbolBytes);
  frame.tail += names.bytes;
  frame.tail.append(tableOffset - stringOffset - names.bytes.size(), '\0');
  frame.tail += bytesOf(table);
  return frame;
}

std::string weightsSymbol(llvm::StringRef name) { return cPrefix(name) + "_llmc_model_weights"; }

SectionSpec weightsInArchive(llvm::StringRef model, uint64_t bytes, const llvm::Triple &triple) {
  bool isX86 = triple.isX86();
  return {isX86 ? ".lrodata.llmc_weights" : ".rodata.llmc_weights",
          SHT_PROGBITS,
          uint64_t(SHF_ALLOC) | (isX86 ? SHF_X86_64_LARGE : 0),
          LLMC_WEIGHTS_PAYLOAD,
          bytes,
          weightsSymbol(model)};
}

SectionSpec placeForWeights(llvm::StringRef model, uint64_t bytes) {
  return {kWeightsSection, SHT_NOBITS, SHF_ALLOC, LLMC_WEIGHTS_PAYLOAD, bytes, weightsSymbol(model)};
}

std::string noteObject(llvm::StringRef manifest, const llvm::Triple &triple) {
  LibraryNote note;
  note.contentBytes = sizeof(note) - kNoteHeadBytes + manifest.size();
  std::string contents = bytesOf(note).str() + manifest.str();
  contents.resize(llvm::alignTo(contents.size(), 4), '\0');
  ObjectFrame frame = frameFor({kNoteSection, SHT_NOTE, SHF_ALLOC, /*alignment=*/4, contents.size(), ""}, triple);
  return frame.head + contents + frame.tail;
}

} // namespace llmc::codegen
