// Errors of the file system, with the system's reason in the text.
#ifndef LLMC_COMPILER_SUPPORT_FILEERROR_H
#define LLMC_COMPILER_SUPPORT_FILEERROR_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace llmc {

/// "can't write out/x.so: No space left on device; try: check the path, its permissions and the free space"
inline llvm::Error fileError(std::error_code code, const llvm::Twine &what) {
  return llvm::createStringError(code, what + ": " + code.message() +
                                           "; try: check the path, its permissions and the free space");
}

} // namespace llmc

#endif
