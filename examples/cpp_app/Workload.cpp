// Requests wait in one list; each thread takes the next one for its own session.
#include "Workload.h"
#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <random>
#include <thread>

using Clock = std::chrono::steady_clock;

std::vector<Request> makeRequests(int64_t count) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int64_t> length(4, 64), word(0, 3999);
  std::vector<Request> requests(count);
  for (Request &request : requests) {
    request.tokens.resize(length(random));
    for (int64_t &token : request.tokens)
      token = word(random);
  }
  return requests;
}

double Measured::percentile(double share) const {
  return milliseconds[static_cast<size_t>(share * static_cast<double>(milliseconds.size() - 1) + 0.5)];
}

static double millisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Measured serve(std::vector<Session> &sessions, const std::vector<Request> &requests) {
  std::atomic<size_t> next{0};
  std::mutex mutex; // protects what follows
  Measured measured;
  std::exception_ptr failure;

  auto user = [&](Session &session) {
    std::vector<double> times;
    int64_t wrong = 0;
    std::vector<float> answer(kEmbedding);
    try {
      for (size_t i; (i = next++) < requests.size();) {
        Clock::time_point start = Clock::now();
        session.run(requests[i].tokens, 1, answer.data());
        times.push_back(millisecondsSince(start));
        wrong += std::memcmp(answer.data(), requests[i].answer.data(), sizeof(float) * kEmbedding) != 0;
      }
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex);
      failure = std::current_exception();
    }
    std::lock_guard<std::mutex> lock(mutex);
    measured.milliseconds.insert(measured.milliseconds.end(), times.begin(), times.end());
    measured.wrong += wrong;
  };

  Clock::time_point start = Clock::now();
  std::vector<std::thread> threads;
  for (Session &session : sessions)
    threads.emplace_back(user, std::ref(session));
  for (std::thread &thread : threads)
    thread.join();
  if (failure)
    std::rethrow_exception(failure);
  measured.seconds = millisecondsSince(start) / 1000;
  std::sort(measured.milliseconds.begin(), measured.milliseconds.end());
  return measured;
}
