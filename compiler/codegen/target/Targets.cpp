// The table of backends.
#include "compiler/codegen/target/Targets.h"

namespace llmc::codegen {

llvm::ArrayRef<const Target *> targets() {
  static const Target *const table[] = {
#define LLMC_TARGET(name) &name##Target(),
#include "compiler/codegen/target/Targets.def"
#undef LLMC_TARGET
  };
  return table;
}

} // namespace llmc::codegen
