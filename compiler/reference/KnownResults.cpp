#include "compiler/reference/KnownResults.h"
#include "compiler/ir/LlmcDialect.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace llmc::reference {

static llvm::XXH128_hash_t digestOf(ArrayRef<char> bytes) {
  return llvm::xxh3_128bits(ArrayRef(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()));
}

static bool takesLong(Operation *op) { return isa<ir::EncodeOp, ir::BalanceOp, ir::RefitOp, ir::SparsifyOp>(op); }

std::optional<KnownResults::Key> KnownResults::keyOf(Operation *op, ArrayRef<Tensor> operands) {
  if (!takesLong(op))
    return std::nullopt;
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << op->getName() << op->getAttrDictionary() << op->getResultTypes();
  for (Value result : op->getResults()) // what nobody reads need not be computed
    stream << ' ' << result.use_empty();
  for (const Tensor &operand : operands) {
    llvm::XXH128_hash_t digest = digestOf(operand.bytes());
    stream << operand.elementType() << '[';
    llvm::interleaveComma(operand.shape(), stream);
    stream << ']' << digest.low64 << ' ' << digest.high64 << ' ';
  }
  llvm::XXH128_hash_t digest = digestOf(ArrayRef(text.data(), text.size()));
  return Key(digest.low64, digest.high64);
}

std::optional<std::vector<Tensor>> KnownResults::find(const Key &key) {
  std::lock_guard lock(mutex);
  auto found = all.find(key);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

void KnownResults::keep(const Key &key, const std::vector<Tensor> &results) {
  int64_t bytes = 0;
  for (const Tensor &result : results)
    bytes += result.byteCount();
  std::lock_guard lock(mutex);
  if (bytes > bytesLeft || !all.emplace(key, results).second)
    return;
  bytesLeft -= bytes;
}

} // namespace llmc::reference
