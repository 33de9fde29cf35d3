// Whose fault an error of a compilation is: what tools make exit codes of, and the C API its status.
#ifndef LLMC_COMPILER_PIPELINE_ERRORKIND_H
#define LLMC_COMPILER_PIPELINE_ERRORKIND_H

#include "llvm/Support/Error.h"

namespace llmc::pipeline {

enum class ErrorKind {
  Broken,   ///< a file is damaged, or can't be read or written
  Usage,    ///< what was asked for is wrong
  Refused,  ///< the model is fine, but can't be compiled
  Cancelled ///< see CompileOptions::cancelled
};

struct DescribedError {
  ErrorKind kind;
  std::string message;
};

/// Takes the error.
DescribedError describeError(llvm::Error error);

/// The error of a model that is fine, but can't be compiled.
class RefusedError : public llvm::ErrorInfo<RefusedError> {
public:
  static inline char ID = 0;

  explicit RefusedError(std::string message) : text(std::move(message)) {}
  std::string message() const override { return text; }
  void log(llvm::raw_ostream &stream) const override { stream << text; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

private:
  std::string text;
};

/// The error of a compilation that was asked to end.
class CancelledError : public llvm::ErrorInfo<CancelledError> {
public:
  static inline char ID = 0;

  std::string message() const override { return "cancelled"; }
  void log(llvm::raw_ostream &stream) const override { stream << message(); }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }
};

} // namespace llmc::pipeline

#endif
