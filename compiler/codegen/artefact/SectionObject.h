// Object files of one section, whose contents are not code: weights, notes.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_SECTIONOBJECT_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_SECTIONOBJECT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Triple.h"
#include <string>

namespace llmc::codegen {

struct SectionSpec {
  std::string name;
  uint32_t type;  // SHT_...
  uint64_t flags; // SHF_...
  uint64_t alignment;
  uint64_t bytes;
  std::string symbol; // at its beginning; empty: none
};

/// All of an object file but the contents of its section, which stand between: none where the type is SHT_NOBITS. The
/// head has the size of a weights file's, LLMC_WEIGHTS_PAYLOAD, so that such a file becomes an object in place.
struct ObjectFrame {
  std::string head, tail;
};
ObjectFrame frameFor(const SectionSpec &section, const llvm::Triple &triple);

/// The symbol of the weights of model `name`.
std::string weightsSymbol(llvm::StringRef name);
/// Weights in an archive. On x86-64 code reaches 2 GB; "large" sections lie where no code has to reach over them.
SectionSpec weightsInArchive(llvm::StringRef model, uint64_t bytes, const llvm::Triple &triple);
/// A place for weights in a library, which the linker need not copy.
SectionSpec placeForWeights(llvm::StringRef model, uint64_t bytes);
inline constexpr char kWeightsSection[] = ".llmc_weights";

/// The object file with the note of a library.
std::string noteObject(llvm::StringRef manifest, const llvm::Triple &triple);

} // namespace llmc::codegen

#endif
