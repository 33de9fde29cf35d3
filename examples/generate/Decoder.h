// A decoder with past, as Optimum exports it, driven through the C API. What it reads and gives is found by name:
// input_ids, attention_mask, position_ids, and any number of caches, past_key_values.X in and present.X out.
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
  void forget() { past_ = 0; }

private:
  /// One tensor of the cache. Each run reads it from one of two buffers and writes it, longer, to the other.
  struct Cache {
    uint32_t input, output;
    llmc_tensor_info info;
    uint32_t axis;                    // along which it grows
    std::vector<uint64_t> buffers[2]; // words, so that they are aligned for any element
  };

  void open(const std::string &library);
  void findTensors();
  void addCache(uint32_t input, const llmc_tensor_info &info);
  void bindNumbers(int64_t input, const std::vector<int64_t> &numbers);
  void bindCaches();
  int64_t mostLikely();
  /// The bytes of a cache that holds `tokens` tokens.
  uint64_t bytes(const Cache &cache, int64_t tokens, std::vector<int64_t> *dims = nullptr) const;
  void check(llmc_status status) const;

  const llmc_api *api_ = nullptr;
  std::unique_ptr<llmc_model, void (*)(llmc_model *)> model_{nullptr, nullptr};
  std::unique_ptr<llmc_context, void (*)(llmc_context *)> context_{nullptr, nullptr};
  int64_t capacity_, past_ = 0;
  int newest_ = 0; // which buffers hold the caches now
  int64_t ids_ = -1, mask_ = -1, positions_ = -1, logits_ = -1;
  std::vector<Cache> caches_;
};

#endif
