// The note of llmc in NAME.so, where libraries have remarks of whoever made them: a segment PT_NOTE, which is found
// without section headers and outlives `strip`.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_LIBRARYNOTE_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_LIBRARYNOTE_H

#include <cstdint>

namespace llmc::codegen {

inline constexpr char kNoteSection[] = ".note.llmc";
inline constexpr uint32_t kNoteVersion = 1;

/// The note's beginning; the manifest follows.
struct LibraryNote {
  uint32_t nameBytes = 5;
  uint32_t contentBytes = 0; // of all behind `name`
  uint32_t version = kNoteVersion;
  char name[8] = "llmc";
  char unused[4] = {};
  uint64_t codeDigest = 0;     // see LibraryFile::checkCode
  uint64_t weightsAddress = 0; // of the segment that holds the weights; 0: they are not in here
};
static_assert(sizeof(LibraryNote) == 40);
inline constexpr uint32_t kNoteHeadBytes = 20; // up to and with `name`

} // namespace llmc::codegen

#endif
