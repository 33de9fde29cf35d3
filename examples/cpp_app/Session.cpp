// dlopen, dlsym and a context: all that an application needs to know of the runtime.
#include "Session.h"
#include <dlfcn.h>
#include <stdexcept>
#include <utility>

// [open]
Session::Session(const std::string &library, uint32_t threads) {
  void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    throw std::runtime_error(dlerror());
  auto getApi = reinterpret_cast<decltype(&llmc_get_api)>(dlsym(handle, "llmc_get_api"));
  llmc_context_options options = {};
  options.size = sizeof options;
  options.threads = threads;
  if (encoder_open_api(&session_, getApi ? getApi(LLMC_API_VERSION) : nullptr, nullptr, &options) != LLMC_OK)
    throw std::runtime_error(encoder_message(&session_));
}

Session::Session(const Session &first, uint32_t threads) {
  llmc_context_options options = {};
  options.size = sizeof options;
  options.threads = threads;
  if (encoder_open_another(&session_, &first.session_, &options) != LLMC_OK)
    throw std::runtime_error(encoder_message(&session_));
}
// [open]

Session::Session(Session &&other) noexcept
    : session_(other.session_), tokens_(std::move(other.tokens_)), mask_(std::move(other.mask_)) {
  other.session_.context = nullptr;
  other.session_.model = nullptr;
}

Session::~Session() { encoder_close(&session_); }

// [run]
void Session::run(const Tokens &tokens, int64_t batch, float *embeddings) {
  tokens_ = tokens;
  mask_.assign(tokens.size(), 1);
  encoder_inputs inputs = {tokens_.data(), mask_.data()};
  encoder_outputs outputs = {};
  outputs.embedding_buffer = embeddings;
  llmc_status status = encoder_run(&session_, &inputs, &outputs, batch, static_cast<int64_t>(tokens.size()) / batch);
  if (status == LLMC_ERROR_CANCELLED)
    throw Cancelled();
  if (status != LLMC_OK)
    throw std::runtime_error(encoder_message(&session_));
}

bool Session::runAgain(std::chrono::milliseconds deadline) {
  llmc_run_options options = {};
  options.size = sizeof options;
  options.deadline_ms = static_cast<uint64_t>(deadline.count());
  llmc_status status = session_.api->context_run(session_.context, &options);
  if (status != LLMC_OK && status != LLMC_ERROR_DEADLINE)
    throw std::runtime_error(encoder_message(&session_));
  return status == LLMC_OK;
}
// [run]
