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
  static void mark(const void *args, int64_t begin, int64_t end, void *) {
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
  TaskLoop loop(Marks::mark, &marks, static_cast<int64_t>(marks.of.size()), pool.threads(), stop, nullptr, 0);
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

namespace {

// Counts who is inside each part of the scratch memory.
struct Parts {
  static constexpr uint64_t bytes = 64;
  alignas(64) std::atomic<int> inside[8 * bytes / sizeof(std::atomic<int>)] = {};
  std::atomic<int> done{0}, shared{0};
  static void enter(const void *args, int64_t begin, int64_t end, void *scratch) {
    auto &parts = *static_cast<Parts *>(const_cast<void *>(args));
    auto &here = *static_cast<std::atomic<int> *>(scratch);
    parts.shared += ++here > 1;
    usleep(20);
    --here;
    parts.done += static_cast<int>(end - begin);
  }
  uint8_t *memory() { return reinterpret_cast<uint8_t *>(inside); }
};

} // namespace

TEST(TaskLoop, GivesEachThreadScratchMemoryOfItsOwn) {
  ThreadPool pool{Allocator()};
  Message message;
  ASSERT_EQ(pool.start(4, message), LLMC_OK);
  for (int job = 0; job < 50; ++job) {
    Parts parts;
    StopToken stop;
    TaskLoop loop(Parts::enter, &parts, 64, 4, stop, parts.memory(), Parts::bytes);
    pool.run(4, TaskLoop::drainJob, &loop);
    EXPECT_EQ(parts.done, 64);
    EXPECT_EQ(parts.shared, 0);
  }
}

TEST(TaskLoop, LeavesTheWorkWhereThereIsNoScratchMemory) {
  Parts parts;
  StopToken stop;
  TaskLoop loop(Parts::enter, &parts, 3, 1, stop, parts.memory(), Parts::bytes);
  loop.drain();
  loop.drain();
  EXPECT_EQ(parts.done, 3);
}

TEST(TaskLoop, EachThreadBeginsWithTasksThatFollowEachOther) {
  struct Visits {
    TaskLoop *loop = nullptr;
    std::vector<int64_t> begins;
    static void visit(const void *args, int64_t begin, int64_t, void *) {
      auto &visits = *static_cast<Visits *>(const_cast<void *>(args));
      visits.begins.push_back(begin);
      if (visits.begins.size() == 2) // another thread comes, and finds all the others gone
        visits.loop->drain();
    }
  } visits;
  StopToken stop;
  TaskLoop loop(Visits::visit, &visits, 8, 2, stop, nullptr, 0);
  visits.loop = &loop;
  loop.drain();
  EXPECT_EQ(visits.begins, (std::vector<int64_t>{0, 1, 4, 5, 6, 7, 2, 3}));
}

TEST(TaskLoop, StopsBetweenChunks) {
  StopToken stop;
  stop.arm(0);
  stop.cancel();
  Marks marks(10);
  TaskLoop loop(Marks::mark, &marks, 10, 1, stop, nullptr, 0);
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
