// A thread empties the pipe meanwhile.
#include "compiler/codegen/artefact/PipedOutput.h"
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace llmc::codegen {

/// Everything until the last writer closes the pipe.
static void readAll(int pipe, std::string &bytes) {
  char piece[1 << 16];
  for (ssize_t got = 1; got != 0;) {
    got = ::read(pipe, piece, sizeof(piece));
    if (got > 0)
      bytes.append(piece, static_cast<size_t>(got));
    else if (got < 0 && errno != EINTR)
      return;
  }
}

llvm::Expected<std::string> outputOf(llvm::function_ref<llvm::Error(const std::string &path)> write) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return llvm::createStringError(std::error_code(errno, std::generic_category()), "can't make a pipe");
  std::string bytes;
  std::thread reader;
  llvm::Error error = llvm::Error::success();
  try {
    reader = std::thread(readAll, ends[0], std::ref(bytes));
  } catch (const std::system_error &failure) {
    error = llvm::createStringError(failure.code(), "can't start a thread");
  }
  if (!error)
    error = write("/proc/self/fd/" + std::to_string(ends[1]));
  ::close(ends[1]);
  if (reader.joinable())
    reader.join();
  ::close(ends[0]);
  if (error)
    return std::move(error);
  return bytes;
}

} // namespace llmc::codegen
