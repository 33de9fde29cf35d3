// A model's weights: mapped from a file, given by the application in memory, or part of the object.
// Whatever their origin, they are checked against the image before anything reads them.
#ifndef LLMC_RUNTIME_MEMORY_WEIGHTSFILE_H
#define LLMC_RUNTIME_MEMORY_WEIGHTSFILE_H

#include "llmc/artefact.h"
#include "support/Errors.h"
#include <cstddef>

namespace llmc::runtime {

class WeightsFile {
public:
  WeightsFile() = default;
  WeightsFile(const WeightsFile &) = delete;
  WeightsFile &operator=(const WeightsFile &) = delete;
  ~WeightsFile();

  // Maps `path` read-only; processes share the pages. A file that is cut short while it is mapped
  // raises SIGBUS on use, as with every mapping: replace weights files by renaming.
  llmc_status map(const char *path, const llmc_image &image, Message &message);

  // Uses the contents of a weights file in memory, which must outlive this object.
  llmc_status use(const void *contents, uint64_t bytes, const llmc_image &image, Message &message);

  // Uses the payload that is part of the object, if any.
  void useEmbedded(const llmc_image &image) { payloadBegin = image.embedded_weights; }

  // Computes the digest of the whole payload and compares it with the image's.
  llmc_status verify(const llmc_image &image, Message &message) const;

  const uint8_t *payload() const { return payloadBegin; }

private:
  const uint8_t *payloadBegin = nullptr;
  void *mapping = nullptr;
  size_t mappingBytes = 0;
};

// Writes into `path` (of `capacity` bytes) where NAME-DIGEST.weights lies when it was left beside the library or
// program that holds the image. False when that can't be found out or doesn't fit.
bool weightsPathBeside(const llmc_image &image, char *path, size_t capacity);

} // namespace llmc::runtime
#endif
