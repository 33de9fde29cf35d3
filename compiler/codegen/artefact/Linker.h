// Links objects with the runtime, in process and in memory.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_LINKER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_LINKER_H

#include "compiler/codegen/artefact/NewFile.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"

namespace llmc::codegen {

/// What is made of the objects.
struct LinkRequest {
  std::string name;   // of the model
  std::string prefix; // of its names in C
  llvm::Triple target;
  bool debugLines = false; // of the objects are kept
};

/// Makes a shared library of object files. Depends on nothing but the C library at run time, of glibc 2.17 or later.
/// Offers the API by its own names and by those that begin with `prefix`. A place for weights in the objects is the
/// last segment of it and has no bytes yet.
llvm::Expected<std::string> linkSharedLibrary(llvm::ArrayRef<llvm::StringRef> objects, const LinkRequest &request);

/// Makes one relocatable object of `objects` and the runtime, all of whose names are hidden but those of the API, which
/// begin with `prefix`; packs it as NAME.o into an archive, and the weights' object with it if there is one.
llvm::Error linkArchive(llvm::ArrayRef<llvm::StringRef> objects, const NewFile *weights, const LinkRequest &request,
                        NewFile &archive);

/// The folder that holds the runtime archive: beside libllmc, or LLMC_RUNTIME_DIR.
llvm::Expected<std::string> runtimeFolder();

} // namespace llmc::codegen

#endif
