// Versions come with the easiest first: the last one that runs is the best.
#include "api/ImageChoice.h"

#include "device/cpu/CpuFeatures.h"
#include "llmc/element_types.h"
#include <cstdlib>

using namespace llmc;
using namespace llmc::runtime;

static constexpr uint64_t amxFeatures = LLMC_CPU_AMX_INT8 | LLMC_CPU_AMX_BF16;

static llmc_status checkTypes(const llmc_image_tensor *tensors, uint32_t count, Message &message) {
  for (uint32_t i = 0; i < count; ++i)
    if (!findElementType(tensors[i].dtype))
      return message.fail(LLMC_ERROR_BAD_MODEL, "\"%s\" has the element type %u, which this runtime does not know",
                          tensors[i].name, tensors[i].dtype);
  return LLMC_OK;
}

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
    if (image->variant_count == 0)
      return message.fail(LLMC_ERROR_BAD_MODEL, "the library's model is damaged");
    llmc_status status = checkTypes(image->inputs, image->input_count, message);
    if (status == LLMC_OK)
      status = checkTypes(image->outputs, image->output_count, message);
    if (status != LLMC_OK)
      return status;
  }
  return LLMC_OK;
}

// The features to choose by: the machine's, restricted by LLMC_CPU.
static llmc_status usableFeatures(uint64_t &features, const CpuLevel *&level, Message &message) {
  features = detectCpuFeatures();
  const char *name = getenv("LLMC_CPU");
  if (!name || !*name)
    return LLMC_OK;
  level = findCpuLevel(name);
  if (!level) {
    message.fail(LLMC_ERROR_INVALID_ARGUMENT, "LLMC_CPU=%s is no CPU level; known are:", name);
    for (const CpuLevel *known = beginCpuLevels(); known != endCpuLevels(); ++known)
      message.append("%s%s", known == beginCpuLevels() ? " " : ", ", known->name);
    return LLMC_ERROR_INVALID_ARGUMENT;
  }
  if (level->features & ~features)
    return message.fail(LLMC_ERROR_UNSUPPORTED_CPU, "LLMC_CPU=%s, but this CPU lacks that level", name);
  features = level->features;
  return LLMC_OK;
}

static llmc_status refuse(const llmc_image_table &table, uint64_t features, const CpuLevel *level, Message &message) {
  const llmc_image &easiest = *table.images[0];
  if (level)
    return message.fail(LLMC_ERROR_UNSUPPORTED_CPU,
                        "model \"%s\" has no code for LLMC_CPU=%s, the least it was compiled for is %s", easiest.name,
                        level->name, easiest.cpu);
  message.fail(LLMC_ERROR_UNSUPPORTED_CPU, "no version of model \"%s\" runs on this CPU, which lacks", easiest.name);
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
  const CpuLevel *level = nullptr; // that LLMC_CPU asks for
  llmc_status status = checkTable(table, message);
  if (status == LLMC_OK)
    status = usableFeatures(features, level, message);
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
  return refuse(table, features, level, message);
}
