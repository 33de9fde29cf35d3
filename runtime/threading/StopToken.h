// Tells a run to end early: because another thread cancelled it or because its deadline passed.
#ifndef LLMC_RUNTIME_THREADING_STOPTOKEN_H
#define LLMC_RUNTIME_THREADING_STOPTOKEN_H

#include "llmc/status.h"
#include "threading/Clock.h"
#include <atomic>

namespace llmc::runtime {

// arm() belongs to the thread that runs; everything else may be called by any thread at any time.
class StopToken {
public:
  // Begins a run; forgets earlier requests. A deadline of 0 is none.
  void arm(uint64_t deadlineMs) {
    constexpr uint64_t nsPerMs = 1000000;
    uint64_t now = deadlineMs ? nowNs() : 0;
    deadlineNs = !deadlineMs ? 0 : deadlineMs > (UINT64_MAX - now) / nsPerMs ? UINT64_MAX : now + deadlineMs * nsPerMs;
    reason.store(LLMC_OK, std::memory_order_relaxed);
  }

  void cancel() { stopFor(LLMC_ERROR_CANCELLED); }

  // True when the run should end. Cheap enough for every piece of work.
  bool stopped() {
    if (why() != LLMC_OK)
      return true;
    if (deadlineNs == 0 || nowNs() < deadlineNs)
      return false;
    stopFor(LLMC_ERROR_DEADLINE);
    return true;
  }

  // LLMC_OK, or the first reason to stop.
  llmc_status why() const { return reason.load(std::memory_order_relaxed); }

private:
  void stopFor(llmc_status status) {
    llmc_status none = LLMC_OK;
    reason.compare_exchange_strong(none, status, std::memory_order_relaxed);
  }

  std::atomic<llmc_status> reason{LLMC_OK};
  uint64_t deadlineNs = 0;
};

} // namespace llmc::runtime
#endif
