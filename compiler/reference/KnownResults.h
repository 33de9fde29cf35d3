// What takes long to compute, for several compilations of one model.
#ifndef LLMC_COMPILER_REFERENCE_KNOWNRESULTS_H
#define LLMC_COMPILER_REFERENCE_KNOWNRESULTS_H

#include "compiler/reference/Tensor.h"
#include "mlir/IR/Operation.h"
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace llmc::reference {

/// Results of operations by what they are, which results are read, and what they read, element by element. Callable
/// from several threads.
class KnownResults {
public:
  /// What doesn't fit into `mostBytes` is computed again.
  explicit KnownResults(int64_t mostBytes = int64_t(1) << 30) : bytesLeft(mostBytes) {}

  /// 128 bits that stand for an operation on such operands.
  using Key = std::pair<uint64_t, uint64_t>;
  /// Nothing for operations that are computed faster than they are looked up.
  static std::optional<Key> keyOf(mlir::Operation *op, llvm::ArrayRef<Tensor> operands);

  std::optional<std::vector<Tensor>> find(const Key &key);
  void keep(const Key &key, const std::vector<Tensor> &results);

private:
  std::mutex mutex;
  std::map<Key, std::vector<Tensor>> all;
  int64_t bytesLeft;
};

} // namespace llmc::reference

#endif
