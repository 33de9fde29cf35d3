// Links objects with the runtime into a shared library, in process.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_LINKER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_LINKER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace llmc::codegen {

/// Makes `library` of `objects`. Depends on nothing but libc and libm at run time.
llvm::Error linkSharedLibrary(llvm::ArrayRef<std::string> objects, llvm::StringRef library, llvm::StringRef soname);

/// The folder that holds the runtime archive: beside libllmc, or LLMC_RUNTIME_DIR.
llvm::Expected<std::string> runtimeFolder();

} // namespace llmc::codegen

#endif
