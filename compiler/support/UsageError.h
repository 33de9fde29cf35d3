// An error in what was asked for, where the model itself may be fine: an unknown CPU level, dim or pass. Tools tell it
// apart from broken files by their exit code.
#ifndef LLMC_COMPILER_SUPPORT_USAGEERROR_H
#define LLMC_COMPILER_SUPPORT_USAGEERROR_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace llmc {

class UsageError : public llvm::ErrorInfo<UsageError> {
public:
  static inline char ID = 0;

  explicit UsageError(const llvm::Twine &message) : text(message.str()) {}
  std::string message() const override { return text; }
  void log(llvm::raw_ostream &stream) const override { stream << text; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

private:
  std::string text;
};

/// The last part of the message says what to try.
inline llvm::Error usageError(const llvm::Twine &message) { return llvm::make_error<UsageError>(message); }

} // namespace llmc

#endif
