// What passes decided, and why, on record with the operations: all that tells users of it reads this list.
#ifndef LLMC_COMPILER_IR_DECISIONS_H
#define LLMC_COMPILER_IR_DECISIONS_H

#include "compiler/ir/LlmcDialect.h"
#include <string>
#include <vector>

namespace llmc::ir {

inline constexpr char kDecisions[] = "llmc.decisions";
/// What is decided of a product of a weight that quantization leaves as it is.
inline constexpr char kStaysFloats[] = "product stays floats";

/// Puts a decision about `op` on record: "result stored", "2 kernels read it". Said twice it stands once.
void note(mlir::Operation *op, llvm::StringRef what, const llvm::Twine &why);

/// What is on record about an operation, in the order in which it was decided.
llvm::SmallVector<DecisionAttr> decisionsOf(mlir::Operation *op);

/// All that was decided about a kernel, its schedules too, as texts for people.
struct Explanation {
  std::string what, why;
};
std::vector<Explanation> explain(KernelOp kernel);

/// Adds what is on record about `from` to what is on record about `to`.
void passOn(mlir::Operation *from, mlir::Operation *to);

} // namespace llmc::ir

#endif
