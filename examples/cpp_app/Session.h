// The model in C++: a library that is loaded once, and sessions on it, one for each thread. Failures are exceptions.
#ifndef CPP_APP_SESSION_H
#define CPP_APP_SESSION_H
#include "encoder.h"
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Sentences as the model reads them.
using Tokens = std::vector<int64_t>;

enum { kEmbedding = 256 };

class Session {
public:
  /// Thrown by run() when it was cancelled.
  struct Cancelled {};

  /// Loads `library` by dlopen and opens the model in it, for runs on `threads` threads.
  Session(const std::string &library, uint32_t threads);
  /// A further session on the same model; it shares the weights.
  Session(const Session &first, uint32_t threads);
  ~Session();
  Session(Session &&other) noexcept;
  Session &operator=(const Session &) = delete;

  /// Writes the embeddings of `batch` sentences of equal length, one behind the other in `tokens`, to `embeddings`,
  /// which has room for batch * kEmbedding numbers. Throws Cancelled when another thread called cancel().
  void run(const Tokens &tokens, int64_t batch, float *embeddings);

  /// Runs on the sentences of the last run again; false where that takes longer than the deadline.
  bool runAgain(std::chrono::milliseconds deadline);

  /// Ends the run that is under way. May be called by any thread.
  void cancel() { session_.api->context_cancel(session_.context); }

private:
  encoder_session session_;
  Tokens tokens_, mask_; // stay where they are while they are bound
};

#endif
