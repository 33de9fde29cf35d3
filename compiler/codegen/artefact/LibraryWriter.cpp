// The linker has made a segment for the weights that takes no bytes of the file, as it does for zeros. Given a place in
// the file it is one like others, for the dynamic linker as well as for `strip`.
#include "compiler/codegen/artefact/LibraryWriter.h"
#include "compiler/codegen/artefact/LibraryFile.h"
#include "compiler/codegen/artefact/LibraryNote.h"
#include "llmc/artefact.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace llvm::ELF;

namespace llmc::codegen {
namespace {

/// The tables of a library in memory.
struct Tables {
  explicit Tables(std::string &bytes) : bytes(bytes) {}
  Elf64_Ehdr &header() { return at<Elf64_Ehdr>(0); }
  llvm::MutableArrayRef<Elf64_Phdr> segments() { return {&at<Elf64_Phdr>(header().e_phoff), header().e_phnum}; }
  llvm::MutableArrayRef<Elf64_Shdr> sections() { return {&at<Elf64_Shdr>(header().e_shoff), header().e_shnum}; }
  template <typename T> T &at(uint64_t offset) { return *reinterpret_cast<T *>(bytes.data() + offset); }

  std::string &bytes;
};

/// Our note tells where the weights begin. It lies at any multiple of 4, so it is copied.
void tellWeightsAddress(std::string &bytes, uint64_t offset, uint64_t address) {
  LibraryNote note;
  if (offset > bytes.size() || bytes.size() - offset < sizeof(note))
    return;
  std::memcpy(&note, bytes.data() + offset, sizeof(note));
  if (std::memcmp(note.name, "llmc", 5) != 0)
    return;
  note.weightsAddress = address;
  std::memcpy(bytes.data() + offset, &note, sizeof(note));
}

/// Gives the segment for weights a place in the file; where it begins, or 0 where there is none.
uint64_t placeWeights(Tables tables) {
  for (Elf64_Phdr &segment : tables.segments()) {
    if (segment.p_type != PT_LOAD || segment.p_filesz != 0 || segment.p_flags != PF_R)
      continue;
    // Offset and address have the same place within a page.
    segment.p_offset = llvm::alignTo(tables.bytes.size(), segment.p_align) + segment.p_vaddr % segment.p_align;
    segment.p_filesz = segment.p_memsz;
    for (Elf64_Shdr &section : tables.sections())
      if (section.sh_type == SHT_NOBITS && section.sh_addr == segment.p_vaddr && section.sh_size == segment.p_memsz) {
        section.sh_type = SHT_PROGBITS;
        section.sh_offset = segment.p_offset;
      }
    for (Elf64_Shdr &section : tables.sections())
      if (section.sh_type == SHT_NOTE)
        tellWeightsAddress(tables.bytes, section.sh_offset, segment.p_vaddr);
    return segment.p_offset;
  }
  return 0;
}

} // namespace

llvm::Error writeLibrary(NewFile &file, std::string linked, const NewFile *weights, uint64_t weightsBytes) {
  uint64_t offset = weights ? placeWeights(Tables(linked)) : 0;
  if (weights && !offset)
    return llvm::createStringError("the linker has left no place for the weights");
  if (llvm::Error error = file.write(linked, 0))
    return error;
  if (weights)
    if (llvm::Error error = file.copyFrom(*weights, LLMC_WEIGHTS_PAYLOAD, weightsBytes, offset))
      return error;
  auto library = LibraryFile::of(file.descriptor(), file.shownAs());
  if (!library)
    return library.takeError();
  auto digest = library->digestOfCode();
  if (!digest)
    return digest.takeError();
  return file.write({reinterpret_cast<const char *>(&*digest), sizeof(*digest)}, library->digestOffset());
}

} // namespace llmc::codegen
