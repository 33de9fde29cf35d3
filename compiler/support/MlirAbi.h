// Included before everything else, by the build, in every file that sees MLIR.
//
// We keep asserts, Debian's MLIR is built without them, and one class has another size with asserts than without:
// llvm::Statistic, which passes hold as members that MLIR's library constructs. Read here without asserts, it is the
// class that the library knows. Statistics of passes then count nothing, as in the library.
#ifndef LLMC_COMPILER_SUPPORT_MLIRABI_H
#define LLMC_COMPILER_SUPPORT_MLIRABI_H

#ifndef NDEBUG
#define NDEBUG
#include "llvm/ADT/Statistic.h"
#undef NDEBUG
#include <cassert> // once more: it follows NDEBUG
#endif

#endif
