// Errors of the file system, with the system's reason in the text.
#ifndef LLMC_COMPILER_SUPPORT_FILEERROR_H
#define LLMC_COMPILER_SUPPORT_FILEERROR_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc {

/// "can't write out/x.so: No space left on device; try: free some space, or another place"
inline llvm::Error fileError(std::error_code code, const llvm::Twine &what) {
  const char *remedy = "check the path, its permissions and the free space";
  if (code == std::errc::no_such_file_or_directory || code == std::errc::not_a_directory ||
      code == std::errc::is_a_directory)
    remedy = "check the path";
  else if (code == std::errc::permission_denied || code == std::errc::operation_not_permitted)
    remedy = "check the permissions, or another place";
  else if (code == std::errc::no_space_on_device || code == std::errc::file_too_large)
    remedy = "free some space, or another place";
  return llvm::createStringError(code, what + ": " + code.message() + "; try: " + remedy);
}

/// Writes a file as a whole, or not at all.
inline llvm::Error writeWhole(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> write) {
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    write(stream);
    return llvm::Error::success();
  });
  return error ? fileError(llvm::errorToErrorCode(std::move(error)), "can't write " + path) : llvm::Error::success();
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
