// A decoder with past, driven through the C API. What it reads and gives is found by the names that Optimum exports:
// input_ids, attention_mask, position_ids and logits. Its caches are states, whatever they are named.
#ifndef GENERATE_DECODER_H
#define GENERATE_DECODER_H
#include "llmc/llmc.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

class Decoder {
public:
  /// Loads the library of a model and makes room for `capacity` tokens. Throws std::runtime_error.
  Decoder(const std::string &library, int64_t capacity);

  /// Puts tokens behind those in the caches, and returns the one that is most likely to follow.
  int64_t append(const std::vector<int64_t> &tokens);

  /// Empties the caches.
  void forget();

private:
  void open(const std::string &library);
  void findTensors();
  void bindNumbers(int64_t input, const std::vector<int64_t> &numbers);
  int64_t mostLikely();
  void check(llmc_status status) const;

  const llmc_api *api_ = nullptr;
  std::unique_ptr<llmc_model, void (*)(llmc_model *)> model_{nullptr, nullptr};
  std::unique_ptr<llmc_context, void (*)(llmc_context *)> context_{nullptr, nullptr};
  int64_t capacity_;
  int64_t ids_ = -1, mask_ = -1, positions_ = -1, logits_ = -1;
};

#endif
