#include "threading/ThreadPool.h"

#include "Fixture.h"
#include "threading/TaskLoop.h"
#include <sys/wait.h>
#include <unistd.h>

using namespace llmc::runtime;

namespace {

struct Marks {
  std::vector<std::atomic<int>> of;
  explicit Marks(size_t count) : of(count) {}
  static void mark(const void *args, int64_t begin, int64_t end) {
    auto &marks = *static_cast<Marks *>(const_cast<void *>(args));
    for (int64_t i = begin; i < end; ++i)
      ++marks.of[static_cast<size_t>(i)];
  }
  bool allAre(int value) const {
    for (const std::atomic<int> &mark : of)
      if (mark != value)
        return false;
    return true;
  }
};

void runOn(ThreadPool &pool, Marks &marks) {
  StopToken stop;
  TaskLoop loop(Marks::mark, &marks, static_cast<int64_t>(marks.of.size()), pool.threads(), stop);
  pool.run(pool.threads(), TaskLoop::drainJob, &loop);
}

} // namespace

TEST(ThreadPool, DoesEachTaskOnce) {
  for (uint32_t threads : {1u, 2u, 3u, 8u}) {
    ThreadPool pool{Allocator()};
    Message message;
    ASSERT_EQ(pool.start(threads, message), LLMC_OK);
    EXPECT_EQ(pool.threads(), threads);
    for (size_t tasks : {size_t{0}, size_t{1}, size_t{2}, size_t{7}, size_t{1000}}) {
      Marks marks(tasks);
      runOn(pool, marks);
      EXPECT_TRUE(marks.allAre(1)) << threads << " threads, " << tasks << " tasks";
    }
  }
}

TEST(ThreadPool, SurvivesManySmallJobsAndPauses) {
  ThreadPool pool{Allocator()};
  Message message;
  ASSERT_EQ(pool.start(4, message), LLMC_OK);
  Marks marks(16);
  for (int job = 1; job <= 5000; ++job) {
    runOn(pool, marks);
    ASSERT_TRUE(marks.allAre(job));
    if (job % 500 == 0)
      usleep(1000); // long enough that the workers fall asleep
  }
}

TEST(ThreadPool, WorksAloneInAForkedChild) {
  ThreadPool pool{Allocator()};
  Message message;
  ASSERT_EQ(pool.start(3, message), LLMC_OK);
  pid_t child = fork();
  if (child == 0) {
    Marks marks(100);
    runOn(pool, marks);
    pool.~ThreadPool();
    _exit(marks.allAre(1) ? 0 : 1);
  }
  int result = -1;
  ASSERT_EQ(waitpid(child, &result, 0), child);
  EXPECT_EQ(result, 0);
}

TEST(TaskLoop, StopsBetweenChunks) {
  StopToken stop;
  stop.arm(0);
  stop.cancel();
  Marks marks(10);
  TaskLoop loop(Marks::mark, &marks, 10, 1, stop);
  loop.drain();
  EXPECT_TRUE(marks.allAre(0));
  EXPECT_EQ(stop.why(), LLMC_ERROR_CANCELLED);
}

TEST(StopToken, AFarDeadlineDoesNotOverflow) {
  StopToken stop;
  stop.arm(UINT64_MAX);
  EXPECT_FALSE(stop.stopped());
  stop.arm(1);
  usleep(2000);
  EXPECT_TRUE(stop.stopped());
  EXPECT_EQ(stop.why(), LLMC_ERROR_DEADLINE);
}
