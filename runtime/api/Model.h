// An open model: the version of the code that suits this machine, and its weights. Immutable after
// open(), so all threads may read it. Lives until it is closed and its last context is gone.
#ifndef LLMC_RUNTIME_API_MODEL_H
#define LLMC_RUNTIME_API_MODEL_H

#include "api/Log.h"
#include "llmc/artefact.h"
#include "memory/Allocator.h"
#include "memory/WeightsFile.h"
#include "support/Errors.h"
#include <atomic>

namespace llmc::runtime {

class Model {
public:
  // Opens a model; the caller holds one reference. On failure *model is untouched and nothing is
  // left behind.
  static llmc_status open(const llmc_model_options &options, const Allocator &allocator, const Log &log,
                          Message &message, Model **model);

  void retain() { references.fetch_add(1, std::memory_order_relaxed); }

  // Gives one reference back; the last one ends the model.
  void release();

  const llmc_image &image() const { return *chosen; }
  uint32_t versionCount() const { return versions; }
  const uint8_t *weights() const { return weightsFile.payload(); }
  const Allocator &allocator() const { return memory; }
  const Log &log() const { return logHook; }

private:
  Model(const Allocator &allocator, const Log &log) : memory(allocator), logHook(log) {}
  llmc_status load(const llmc_model_options &options, Message &message);
  llmc_status loadWeights(const llmc_model_options &options, Message &message);

  Allocator memory;
  Log logHook;
  const llmc_image *chosen = nullptr;
  uint32_t versions = 0;
  WeightsFile weightsFile;
  std::atomic<uint32_t> references{1};
};

} // namespace llmc::runtime
#endif
