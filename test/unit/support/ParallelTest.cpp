#include "compiler/support/Parallel.h"
#include <atomic>
#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

using namespace llmc;

namespace {

TEST(ParallelTest, eachIsDoneOnce) {
  for (unsigned threads : {0u, 1u, 2u, 7u})
    for (int64_t count : {0, 1, 2, 5, 100}) {
      std::vector<std::atomic<int>> done(count);
      forEachInParallel(threads, count, [&](int64_t i) { ++done[i]; });
      for (const std::atomic<int> &each : done)
        EXPECT_EQ(each, 1) << threads << " threads, " << count;
    }
}

TEST(ParallelTest, theCallerGetsWhatIsThrown) {
  for (unsigned threads : {1u, 3u}) {
    auto throwAt = [&](int64_t which) {
      forEachInParallel(threads, 10, [&](int64_t i) {
        if (i == which)
          throw std::runtime_error("no");
      });
    };
    EXPECT_THROW(throwAt(0), std::runtime_error);
    EXPECT_THROW(throwAt(9), std::runtime_error);
  }
}

TEST(ParallelTest, workMayHaveParts) {
  std::atomic<int> done = 0;
  forEachInParallel(3, 4, [&](int64_t) { forEachInParallel(2, 5, [&](int64_t) { ++done; }); });
  EXPECT_EQ(done, 20);
}

} // namespace
