// The protocol. A job is published by opening the gate (`open`) and raising `jobCount`. A worker
// first counts itself `inside`, then looks whether the gate is open, and only then touches the job.
// The caller closes the gate, then waits until nobody is inside. Both sides write first and look
// second, all sequentially consistent, so one of them always sees the other: either the worker
// finds the gate closed, or the caller waits for it. A late worker may well enter the next job's
// gate. Sleeping follows the same pattern: announce yourself, then look once more (futex does
// that).
#include "threading/ThreadPool.h"

#include "threading/Clock.h"
#include <climits>
#include <csignal>
#include <cstring>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace llmc::runtime;

static constexpr uint64_t spinNs = 50000; // longer than a gap between two kernels
static constexpr uint32_t mostThreads = 4096;
static constexpr size_t workerStackBytes = 1 << 21;

static void sleepWhile(std::atomic<uint32_t> &word, uint32_t value) {
  static_assert(sizeof word == sizeof(uint32_t), "a futex is a plain 32-bit word");
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

static void wake(std::atomic<uint32_t> &word, uint32_t threads) {
  int count = threads < INT_MAX ? static_cast<int>(threads) : INT_MAX;
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

static void relax() {
#ifdef __x86_64__
  __builtin_ia32_pause();
#endif
}

// Spins until `done()` holds, for a short time. False when it never did.
template <typename Condition> static bool spinUntil(Condition done) {
  uint64_t deadlineNs = nowNs() + spinNs;
  do {
    for (int round = 0; round < 32; ++round) {
      if (done())
        return true;
      relax();
    }
  } while (nowNs() < deadlineNs);
  return false;
}

llmc_status ThreadPool::start(uint32_t threads, Message &message) {
  owner = getpid();
  if (threads <= 1)
    return LLMC_OK;
  if (threads > mostThreads)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "%u threads asked for, at most %u are possible", threads,
                        mostThreads);
  capacity = threads - 1;
  workers = static_cast<pthread_t *>(allocator.allocate(capacity * sizeof(pthread_t)));
  if (!workers)
    return message.fail(LLMC_ERROR_NO_MEMORY, "out of memory for %u threads", threads);

  // Signals of the application are for its own threads: workers are born with all of them blocked.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, workerStackBytes);
  int error = 0;
  while (workerCount < capacity && error == 0) {
    error = pthread_create(&workers[workerCount], &attributes, workerMain, this);
    workerCount += error == 0;
  }
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error == 0)
    return LLMC_OK;
  uint32_t started = workerCount + 1;
  stop();
  return message.fail(LLMC_ERROR_THREADS, "can't start thread %u of %u: %s; ask for fewer threads", started + 1,
                      threads, strerror(error));
}

ThreadPool::~ThreadPool() {
  stop();
  if (workers)
    allocator.release(workers, capacity * sizeof(pthread_t));
}

void ThreadPool::stop() {
  if (!inForkedChild() && workerCount > 0) {
    stopping.store(true);
    jobCount.fetch_add(1);
    wake(jobCount, UINT32_MAX);
    for (uint32_t i = 0; i < workerCount; ++i)
      pthread_join(workers[i], nullptr);
  }
  workerCount = 0;
}

bool ThreadPool::inForkedChild() const { return getpid() != owner; }

void ThreadPool::run(uint32_t calls, void (*newWork)(void *job), void *newJob) {
  if (calls <= 1 || workerCount == 0 || inForkedChild()) {
    newWork(newJob);
    return;
  }
  work = newWork;
  job = newJob;
  open.store(true);
  jobCount.fetch_add(1);
  if (sleepers.load() > 0)
    wake(jobCount, calls - 1);
  newWork(newJob);
  open.store(false);
  awaitWorkers();
}

void ThreadPool::awaitWorkers() {
  if (spinUntil([&] { return inside.load() == 0; }))
    return;
  callerSleeps.store(true);
  for (uint32_t left = inside.load(); left != 0; left = inside.load())
    sleepWhile(inside, left);
  callerSleeps.store(false);
}

void ThreadPool::leave() {
  if (inside.fetch_sub(1) == 1 && callerSleeps.load())
    wake(inside, 1);
}

void *ThreadPool::workerMain(void *pool) {
  static_cast<ThreadPool *>(pool)->serve();
  return nullptr;
}

void ThreadPool::serve() {
  uint32_t seen = 0; // start() is over before the first job, so every worker sees that one too
  for (;;) {
    seen = awaitJob(seen);
    if (stopping.load())
      return;
    inside.fetch_add(1);
    if (open.load())
      work(job);
    leave();
  }
}

// Returns the new jobCount, once it differs from `seen`.
uint32_t ThreadPool::awaitJob(uint32_t seen) {
  if (!spinUntil([&] { return jobCount.load() != seen; })) {
    sleepers.fetch_add(1);
    while (jobCount.load() == seen)
      sleepWhile(jobCount, seen);
    sleepers.fetch_sub(1);
  }
  return jobCount.load();
}
