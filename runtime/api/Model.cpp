// Opening chooses the code, then finds and checks the weights.
#include "api/Model.h"

#include "api/ImageChoice.h"
#include "threading/Clock.h"
#include <cinttypes>
#include <climits>
#include <new>

using namespace llmc::runtime;

llmc_status Model::open(const llmc_model_options &options, const Allocator &allocator, const Log &log, Message &message,
                        Model **model) {
  uint64_t beginNs = nowNs();
  void *memory = allocator.allocate(sizeof(Model));
  if (!memory)
    return message.fail(LLMC_ERROR_NO_MEMORY, "out of memory: opening a model needs %zu bytes", sizeof(Model));
  Model *opened = new (memory) Model(allocator, log);
  llmc_status status = opened->load(options, message);
  if (status != LLMC_OK) {
    opened->release();
    return status;
  }
  Message report;
  report.append("opened model \"%s\" (%s, code for %s, %" PRIu64 " bytes of weights) in %.1f ms", opened->image().name,
                opened->image().compiler, opened->image().cpu, opened->image().weights_bytes,
                static_cast<double>(nowNs() - beginNs) / 1e6);
  log.info(report.text());
  *model = opened;
  return LLMC_OK;
}

void Model::release() {
  if (references.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  Allocator lastUse = memory;
  this->~Model();
  lastUse.release(this, sizeof(Model));
}

llmc_status Model::load(const llmc_model_options &options, Message &message) {
  const llmc_image_table &table = options.images ? *options.images : llmc_model_images;
  llmc_status status = chooseImage(table, &chosen, message);
  if (status != LLMC_OK)
    return status;
  versions = table.count;
  status = loadWeights(options, message);
  if (status == LLMC_OK && options.verify_digest)
    status = weightsFile.verify(image(), message);
  return status;
}

llmc_status Model::loadWeights(const llmc_model_options &options, Message &message) {
  if (options.weights && options.weights_path)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "weights and weights_path are both set; set one of them");
  if (options.weights)
    return weightsFile.use(options.weights, options.weights_bytes, image(), message);
  if (options.weights_path)
    return weightsFile.map(options.weights_path, image(), message);
  if (image().embedded_weights || image().weights_bytes == 0) {
    weightsFile.useEmbedded(image());
    return LLMC_OK;
  }
  char path[PATH_MAX];
  if (!weightsPathBeside(image(), path, sizeof path))
    return message.fail(LLMC_ERROR_WEIGHTS_UNREADABLE,
                        "can't find out where model \"%s\" was loaded from; set weights_path", image().name);
  return weightsFile.map(path, image(), message);
}
