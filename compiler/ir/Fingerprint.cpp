// The digest of the kernel's text and of its operands' sizes.
#include "compiler/ir/Fingerprint.h"
#include "llmc/digest.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace llmc::ir {

std::string fingerprintOf(KernelOp kernel, DimAnalysis &dims) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (Value input : kernel.getInputs()) {
    for (const DimExpr &size : dims.dims(input))
      stream << size.text() << ' ';
    stream << input.getType() << '\n';
  }
  OwningOpRef<KernelOp> bare = kernel.clone();
  bare->removePlacesAttr();
  bare->removeSchedulesAttr();
  (*bare)->setDiscardableAttrs(DictionaryAttr::get(kernel.getContext())); // decisions
  // Names of values begin anew in the kernel, and those outside have none.
  (*bare)->print(stream, OpPrintingFlags().useLocalScope().printGenericOpForm());
  runtime::Digest digest;
  digest.update(text.data(), text.size());
  return llvm::utohexstr(digest.finish(), /*LowerCase=*/true, 16);
}

llvm::hash_code hashOf(Region &region) {
  llvm::hash_code hash = llvm::hash_combine(region.getNumArguments());
  region.walk([&](Operation *op) {
    hash = llvm::hash_combine(hash, OperationEquivalence::computeHash(op, OperationEquivalence::ignoreHashValue,
                                                                      OperationEquivalence::ignoreHashValue,
                                                                      OperationEquivalence::IgnoreLocations));
  });
  return hash;
}

} // namespace llmc::ir
