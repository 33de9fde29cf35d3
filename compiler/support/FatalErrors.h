// LLVM ends the process where it finds itself unable to go on. Inside an application that is not for it to do: the
// threads that compile get exceptions instead.
#ifndef LLMC_COMPILER_SUPPORT_FATALERRORS_H
#define LLMC_COMPILER_SUPPORT_FATALERRORS_H

#include <stdexcept>

namespace llmc {

/// What LLVM would have ended the process with.
class FatalError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// While it lives, this thread gets a FatalError where LLVM would end the process, and std::bad_alloc where LLVM gets
/// no memory. LLVM has no exceptions, but is built with unwind tables: what it holds at that moment is lost, not freed.
class ThrowFatalErrors {
public:
  ThrowFatalErrors();
  ~ThrowFatalErrors();
  ThrowFatalErrors(const ThrowFatalErrors &) = delete;

private:
  const void *stack;
};

} // namespace llmc

#endif
