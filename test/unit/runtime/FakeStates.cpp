#include "FakeStates.h"
#include "FakeModel.h"
#include "llmc/dtype.h"

namespace llmc::test {

void (*storedHook)() = nullptr;
int64_t positionsCopied = 0;

namespace {

enum Word { batchWord, countWord, pastWord, capacityWord, totalWord, roomWord, twoWord, wordCount };

void storeKeys(const llmc_frame &frame) {
  const int64_t *words = frame.words;
  const auto *tokens = static_cast<const float *>(frame.inputs[0]), *past = static_cast<const float *>(frame.inputs[1]);
  auto *keys = static_cast<float *>(frame.outputs[1]);
  for (int64_t b = 0; b < words[batchWord]; ++b) {
    float *row = keys + b * words[roomWord] * 2;
    for (int64_t p = 0; p < words[pastWord] && !words[capacityWord]; ++p, ++positionsCopied)
      for (int64_t i = 0; i < 2; ++i)
        row[p * 2 + i] = past[(b * words[pastWord] + p) * 2 + i];
    for (int64_t j = 0; j < words[countWord]; ++j) {
      float token = tokens[b * words[countWord] + j];
      row[(words[pastWord] + j) * 2] = token;
      row[(words[pastWord] + j) * 2 + 1] = 10 * token;
    }
  }
}

void storeValues(const llmc_frame &frame) {
  const int64_t *words = frame.words;
  const auto *tokens = static_cast<const float *>(frame.inputs[0]), *past = static_cast<const float *>(frame.inputs[2]);
  auto *values = static_cast<float *>(frame.outputs[2]);
  for (int64_t p = 0; p < words[pastWord] && !words[capacityWord]; ++p, ++positionsCopied)
    values[p] = past[p];
  for (int64_t j = 0; j < words[countWord]; ++j)
    values[words[pastWord] + j] = tokens[j];
}

void appendTask(const void *args, int64_t, int64_t, void *) {
  const llmc_frame &frame = *static_cast<const llmc_frame *>(args);
  storeKeys(frame);
  storeValues(frame);
  if (storedHook)
    storedHook();
}

void sumTask(const void *args, int64_t, int64_t, void *) {
  const llmc_frame &frame = *static_cast<const llmc_frame *>(args);
  const int64_t *words = frame.words;
  const auto *tokens = static_cast<const float *>(frame.inputs[0]);
  for (int64_t i = 0; i < words[batchWord] * words[countWord]; ++i)
    if (tokens[i] < 0) {
      frame.failure[0] = 1 + 1;
      frame.failure[1] = static_cast<int64_t>(tokens[i]);
      return;
    }
  for (int64_t b = 0; b < words[batchWord]; ++b) {
    const float *row = static_cast<const float *>(frame.outputs[1]) + b * words[roomWord] * 2;
    float total = 0;
    for (int64_t i = 0; i < words[totalWord] * 2; ++i)
      total += row[i];
    static_cast<float *>(frame.outputs[0])[b] = total;
  }
}

int32_t bind(const int64_t *inputDims, int64_t capacity, int64_t *words, int64_t *outputDims, llmc_image_memory *memory,
             int64_t values[2]) {
  int64_t batch = inputDims[0], count = inputDims[1], past = inputDims[3];
  if (inputDims[5] != past || (!capacity && inputDims[2] != batch)) {
    values[0] = inputDims[5];
    values[1] = past;
    return 1;
  }
  int64_t total = past + count;
  const int64_t computed[wordCount] = {batch, count, past, capacity, total, capacity ? capacity : total, 2};
  for (int word = 0; word < wordCount; ++word)
    words[word] = computed[word];
  const int64_t sizes[] = {batch, batch, total, 2, total};
  for (int i = 0; i < 5; ++i)
    outputDims[i] = sizes[i];
  *memory = {0, 0};
  return 0;
}

int32_t run(const llmc_frame *frame) {
  bool stopped = frame->parallel(frame, 0, appendTask, frame, 1) || frame->parallel(frame, 1, sumTask, frame, 1);
  return stopped ? LLMC_RUN_CANCELLED : LLMC_RUN_OK;
}

const llmc_image_symbol symbols[] = {{"batch", 0, INT64_MAX}, {"n", 0, INT64_MAX}, {"past", 0, INT64_MAX}};
const int64_t anyDims[] = {-1, -1}, keyDims[] = {-1, -1, 2};
const char *const tokenTexts[] = {"batch", "n"}, *const pastTexts[] = {"batch", "past", "2"},
                  *const pastValueTexts[] = {"past"}, *const totalTexts[] = {"batch"},
                  *const keyTexts[] = {"batch", "past + n", "2"}, *const valueTexts[] = {"past + n"};
const llmc_image_tensor inputs[] = {{"tokens", LLMC_DTYPE_F32, 2, anyDims, tokenTexts},
                                    {"past.keys", LLMC_DTYPE_F32, 3, keyDims, pastTexts},
                                    {"past.values", LLMC_DTYPE_F32, 1, anyDims, pastValueTexts}};
const llmc_image_tensor outputs[] = {{"total", LLMC_DTYPE_F32, 1, anyDims, totalTexts},
                                     {"keys", LLMC_DTYPE_F32, 3, keyDims, keyTexts},
                                     {"values", LLMC_DTYPE_F32, 1, anyDims, valueTexts}};
const llmc_image_check checks[] = {{"there are {0} values and {1} keys", "past.values"},
                                   {"token {0} is negative", "embedding"}};
const llmc_image_result results[] = {{LLMC_DTYPE_F32, 1, batchWord, 0, 0}};
const llmc_image_kernel kernels[] = {{"append", "concat_1", 0, nullptr}, {"sum", "sum_1", 1, results}};
const llmc_image_state states[] = {{1, 1, 1}, {2, 2, 0}};

const llmc_image_variant variants[] = {{"", 0, 2, bind, run}};

const llmc_image image = {LLMC_IMAGE_MAGIC,
                          LLMC_IMAGE_VERSION,
                          0,
                          "fake",
                          "by hand",
                          "any",
                          3,
                          3,
                          3,
                          2,
                          2,
                          2,
                          wordCount,
                          1,
                          symbols,
                          inputs,
                          outputs,
                          checks,
                          kernels,
                          states,
                          sizeof fakeWeights,
                          fakeDigest,
                          nullptr,
                          variants};
const llmc_image *const images[] = {&image};

} // namespace

const llmc_image_table statesImages = {1, images};

} // namespace llmc::test
