// Errors of the file system, with the system's reason in the text.
#ifndef LLMC_COMPILER_SUPPORT_FILEERROR_H
#define LLMC_COMPILER_SUPPORT_FILEERROR_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc {

/// "can't write out/x.so: No space left on device; try: check the path, its permissions and the free space"
inline llvm::Error fileError(std::error_code code, const llvm::Twine &what) {
  return llvm::createStringError(code, what + ": " + code.message() +
                                           "; try: check the path, its permissions and the free space");
}

/// Ends writing to `path`. What went wrong is an error then; left with the stream it would end the process.
inline llvm::Error finishWriting(llvm::raw_fd_ostream &stream, const llvm::Twine &path) {
  stream.flush();
  std::error_code code = stream.error();
  stream.clear_error();
  return code ? fileError(code, "can't write " + path) : llvm::Error::success();
}

} // namespace llmc

#endif
