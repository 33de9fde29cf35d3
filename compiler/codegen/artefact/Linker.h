// Links objects with the runtime, in process.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_LINKER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_LINKER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"

namespace llmc::codegen {

/// What is made of the objects.
struct LinkOutput {
  std::string path;
  std::string name;   // of the model
  std::string prefix; // of its names in C
  llvm::Triple target;
};

/// Makes a shared library of `objects`. Depends on nothing but libc and libm at run time. Offers the API by its own
/// names and by those that begin with `prefix`.
llvm::Error linkSharedLibrary(llvm::ArrayRef<std::string> objects, const LinkOutput &output);

/// Makes one relocatable object of `objects` and the runtime, all of whose names are hidden but those of the API, which
/// begin with `prefix`; packs it as NAME.o into an archive, and the weights' object with it unless `weights` is empty.
llvm::Error linkArchive(llvm::ArrayRef<std::string> objects, llvm::StringRef weights, const LinkOutput &output);

/// The folder that holds the runtime archive: beside libllmc, or LLMC_RUNTIME_DIR.
llvm::Expected<std::string> runtimeFolder();

} // namespace llmc::codegen

#endif
