// Serves the requests of more and more users at once from one model, and shows what each of them waits for; then ends a
// long run in two ways.
#include "Workload.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

/// How much of a file lies in memory, in MB.
static double mappedMegabytes(const std::string &ending) {
  std::ifstream maps("/proc/self/smaps");
  double kilobytes = 0;
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find('-') < line.find(' ')) // "7f0-7f1 r--p ... PATH" begins a mapping
      inside = line.size() >= ending.size() && line.compare(line.size() - ending.size(), ending.size(), ending) == 0;
    else if (inside && line.rfind("Rss:", 0) == 0)
      kilobytes += std::atof(line.c_str() + 4);
  }
  return kilobytes / 1024;
}

static void measureUsers(const Session &first, std::vector<Request> &requests, int most) {
  Session alone(first, 1);
  for (Request &request : requests) {
    request.answer.resize(kEmbedding);
    alone.run(request.tokens, 1, request.answer.data());
  }
  std::printf("users   p50 ms   p99 ms   requests/s   wrong answers\n");
  for (int users = 1; users <= most; users *= 2) {
    std::vector<Session> sessions;
    for (int i = 0; i < users; ++i)
      sessions.emplace_back(first, 1);
    Measured measured = serve(sessions, requests);
    std::printf("%5d %8.3f %8.3f %12.0f %15lld\n", users, measured.percentile(0.5), measured.percentile(0.99),
                static_cast<double>(requests.size()) / measured.seconds, static_cast<long long>(measured.wrong));
    if (users * 2 > most)
      std::printf("\n%d users share the code and the weights: %.1f MB in memory\n", users,
                  mappedMegabytes("encoder.so"));
  }
}

// [cancel]
/// A run on 128 long sentences that another thread ends, and one that has too little time.
static void endLongRuns(Session &session, const Request &request) {
  Tokens many(128 * 128, 7);
  std::vector<float> embeddings(128 * kEmbedding);
  std::atomic<bool> ended{false};
  std::thread impatient([&] {
    while (!ended) { // a cancel before the run has begun does nothing
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      session.cancel();
    }
  });
  const char *end = "done before that";
  try {
    session.run(many, 128, embeddings.data());
  } catch (Session::Cancelled) {
    end = "cancelled";
  }
  ended = true;
  impatient.join();
  std::printf("a long run, cancelled by another thread: %s\n", end);
  bool inTime = session.runAgain(std::chrono::milliseconds(20));
  std::printf("the same with a deadline of 20 ms: %s\n", inTime ? "done before that" : "ended by the deadline");

  std::vector<float> answer(kEmbedding);
  session.run(request.tokens, 1, answer.data());
  std::printf("the next run of that session: %s\n", answer == request.answer ? "right" : "wrong");
}
// [cancel]

int main(int argc, char **argv) {
  int users = argc > 2 ? std::atoi(argv[2]) : 8, count = argc > 3 ? std::atoi(argv[3]) : 1000;
  if (argc < 2 || argc > 4 || users < 1 || count < 1)
    return std::fprintf(stderr, "usage: cpp_app PATH/encoder.so [USERS [REQUESTS]]\n"), 2;
  try {
    Session first(argv[1], 1);
    std::vector<Request> requests = makeRequests(count);
    measureUsers(first, requests, users);
    endLongRuns(first, requests[0]);
  } catch (const std::exception &error) {
    return std::fprintf(stderr, "cpp_app: %s\n", error.what()), 1;
  }
}
