#include "api/ImageChoice.h"

#include "device/cpu/CpuFeatures.h"
#include <cstdlib>

using namespace llmc::runtime;

static constexpr uint64_t amxFeatures = LLMC_CPU_AMX_INT8 | LLMC_CPU_AMX_BF16;

static llmc_status checkTable(const llmc_image_table &table, Message &message) {
  if (table.count == 0 || !table.images)
    return message.fail(LLMC_ERROR_BAD_MODEL, "the library holds no compiled model");
  for (uint32_t i = 0; i < table.count; ++i) {
    const llmc_image *image = table.images[i];
    if (!image || image->magic != LLMC_IMAGE_MAGIC)
      return message.fail(LLMC_ERROR_BAD_MODEL, "the library's model is damaged");
    if (image->version != LLMC_IMAGE_VERSION)
      return message.fail(LLMC_ERROR_BAD_MODEL,
                          "the model has image version %u, this runtime knows version %u; link both "
                          "from one release of llmc",
                          image->version, LLMC_IMAGE_VERSION);
  }
  return LLMC_OK;
}

// The features to choose by: the machine's, restricted by LLMC_CPU.
static llmc_status usableFeatures(uint64_t &features, Message &message) {
  features = detectCpuFeatures();
  const char *level = getenv("LLMC_CPU");
  if (!level || !*level)
    return LLMC_OK;
  uint64_t wanted = featuresOfLevel(level);
  if (!wanted)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "LLMC_CPU=%s is no CPU level; known are x86-64-v3 and x86-64-v4",
                        level);
  if (wanted & ~features)
    return message.fail(LLMC_ERROR_UNSUPPORTED_CPU, "LLMC_CPU=%s, but this CPU lacks that level", level);
  features = wanted;
  return LLMC_OK;
}

static llmc_status refuse(const llmc_image_table &table, uint64_t features, Message &message) {
  const llmc_image &easiest = *table.images[0];
  message.fail(LLMC_ERROR_UNSUPPORTED_CPU, "no version of model \"%s\" runs on this CPU: %s needs", easiest.name,
               easiest.cpu);
  const char *separator = " ";
  for (int number = 0; number < 64; ++number) {
    uint64_t feature = uint64_t{1} << number;
    if (easiest.cpu_features & ~features & feature) {
      message.append("%s%s", separator, nameOfFeature(feature));
      separator = ", ";
    }
  }
  message.append("; compile the model for this machine's level too");
  return LLMC_ERROR_UNSUPPORTED_CPU;
}

llmc_status llmc::runtime::chooseImage(const llmc_image_table &table, const llmc_image **chosen, Message &message) {
  uint64_t features = 0;
  llmc_status status = checkTable(table, message);
  if (status == LLMC_OK)
    status = usableFeatures(features, message);
  if (status != LLMC_OK)
    return status;
  for (uint32_t i = table.count; i-- > 0;) {
    const llmc_image &image = *table.images[i];
    if (image.cpu_features & ~features)
      continue;
    if ((image.cpu_features & amxFeatures) && !enableAmx())
      continue;
    *chosen = &image;
    return LLMC_OK;
  }
  return refuse(table, features, message);
}
