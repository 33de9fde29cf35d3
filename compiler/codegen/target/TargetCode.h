// The code of a model for one level of a target, on its way from kernels to an object file.
#ifndef LLMC_COMPILER_CODEGEN_TARGET_TARGETCODE_H
#define LLMC_COMPILER_CODEGEN_TARGET_TARGETCODE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace llvm {
class Module;
}

namespace llmc::codegen {

using Bytes = llvm::SmallVector<char, 0>;

/// Hears how far the making of code is. Once it says no, it ends soon, and what it gives is worth nothing.
class CodeListener {
public:
  virtual ~CodeListener() = default;
  /// Work on another function begins, stepCount() times in all, about.
  virtual bool onFunction() { return true; }
  /// Another pass over a function begins.
  virtual bool onPass() { return true; }
};

/// What code is given as: LLVM's IR and assembly are texts.
enum class CodeForm { LlvmIr, Assembly, Object };

class TargetCode {
public:
  virtual ~TargetCode() = default;

  /// As lowered; offers the functions that images refer to, all else is internal.
  virtual llvm::Module &module() = 0;
  /// How many functions optimize() and emit() come to, about.
  virtual size_t stepCount() const = 0;
  /// From here on levels know nothing of each other: each may be worked on by a thread of its own.
  virtual void optimize(CodeListener &listener) = 0;
  virtual llvm::Expected<Bytes> emit(CodeForm form, CodeListener &listener) = 0;
};

} // namespace llmc::codegen

#endif
