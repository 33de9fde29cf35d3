#include "FakeModel.h"
#include "llmc/dtype.h"
#include <cstring>

namespace llmc::test {

const float fakeWeights[4] = {1, 2, 3, 4};
void (*fakeRowHook)() = nullptr;

namespace {

enum Kernel { scaleKernel, copyKernel, pickKernel };

void scaleRows(const void *args, int64_t begin, int64_t end, void *scratch) {
  const llmc_frame &frame = *static_cast<const llmc_frame *>(args);
  const float *x = static_cast<const float *>(frame.inputs[0]);
  const float *weights = reinterpret_cast<const float *>(frame.weights);
  float *scaled = reinterpret_cast<float *>(frame.arena);
  for (int64_t row = begin; row < end; ++row) {
    if (fakeRowHook)
      fakeRowHook();
    float *own = static_cast<float *>(scratch);
    for (int64_t i = 0; i < 4; ++i)
      own[i] = x[row * 4 + i] * weights[i];
    std::memcpy(scaled + row * 4, own, 4 * sizeof(float));
  }
}

void copyRows(const void *args, int64_t begin, int64_t end, void *) {
  const llmc_frame &frame = *static_cast<const llmc_frame *>(args);
  const float *scaled = reinterpret_cast<const float *>(frame.arena);
  float *y = static_cast<float *>(frame.outputs[0]);
  for (int64_t i = begin * 4; i < end * 4; ++i)
    y[i] = scaled[i];
}

void pickRows(const void *args, int64_t begin, int64_t end, void *) {
  const llmc_frame &frame = *static_cast<const llmc_frame *>(args);
  const int64_t *index = static_cast<const int64_t *>(frame.inputs[1]);
  const float *scaled = reinterpret_cast<const float *>(frame.arena);
  float *picked = static_cast<float *>(frame.outputs[1]);
  for (int64_t row = begin; row < end; ++row) {
    if (index[row] < 0 || index[row] >= frame.words[0]) {
      frame.failure[0] = 1 + 1;
      frame.failure[1] = index[row];
      frame.failure[2] = frame.words[0];
      return;
    }
    for (int64_t i = 0; i < 4; ++i)
      picked[row * 4 + i] = scaled[index[row] * 4 + i];
  }
}

int32_t bindFake(const int64_t *inputDims, int64_t, int64_t *words, int64_t *outputDims, llmc_image_memory *memory,
                 int64_t values[2]) {
  int64_t batch = inputDims[0], picks = inputDims[2];
  if (batch > 4096) {
    values[0] = batch;
    values[1] = 4096;
    return 1;
  }
  words[0] = batch;
  words[1] = picks;
  words[2] = 0; // offset of the scaled rows in the arena
  words[3] = batch;
  words[4] = 4;
  words[5] = picks;
  words[6] = 4;
  outputDims[0] = batch;
  outputDims[1] = 4;
  outputDims[2] = picks;
  outputDims[3] = 4;
  *memory = {static_cast<uint64_t>(batch) * 16, 64};
  return 0;
}

int32_t runFake(const llmc_frame *frame) {
  int64_t batch = frame->words[0], picks = frame->words[1];
  if (frame->parallel(frame, scaleKernel, scaleRows, frame, batch) ||
      frame->parallel(frame, copyKernel, copyRows, frame, batch) ||
      frame->parallel(frame, pickKernel, pickRows, frame, picks))
    return LLMC_RUN_CANCELLED;
  return LLMC_RUN_OK;
}

const llmc_image_symbol symbols[] = {{"batch", 0, 4096}, {"n", 0, INT64_MAX}};
const int64_t xDims[] = {-1, 4}, indexDims[] = {-1}, pickedDims[] = {-1, 4};
const char *const xTexts[] = {"batch", "4"};
const char *const indexTexts[] = {"n"};
const char *const pickedTexts[] = {"n", "4"};
const llmc_image_tensor inputs[] = {{"x", LLMC_DTYPE_F32, 2, xDims, xTexts},
                                    {"index", LLMC_DTYPE_I64, 1, indexDims, indexTexts}};
const llmc_image_tensor outputs[] = {{"y", LLMC_DTYPE_F32, 2, xDims, xTexts},
                                     {"picked", LLMC_DTYPE_F32, 2, pickedDims, pickedTexts}};
const llmc_image_check checks[] = {{"batch is {0}, at most {1} is allowed", "x"},
                                   {"index {0} is not below {1}", "gather_1"}};
const llmc_image_result scaled[] = {{LLMC_DTYPE_F32, 2, 3, -1, 2}}, copied[] = {{LLMC_DTYPE_F32, 2, 3, 0, 0}},
                        picked[] = {{LLMC_DTYPE_F32, 2, 5, 1, 0}};
const llmc_image_kernel kernels[] = {
    {"scale", "mul_1", 1, scaled}, {"copy", "identity_1", 1, copied}, {"pick", "gather_1", 1, picked}};

const llmc_image_variant variants[] = {{"", 0, 3, bindFake, runFake}};

const llmc_image *const images[] = {&fakeImage};

} // namespace

const llmc_image fakeImage = {LLMC_IMAGE_MAGIC,
                              LLMC_IMAGE_VERSION,
                              0,
                              "fake",
                              "by hand",
                              "any",
                              2,
                              2,
                              2,
                              2,
                              3,
                              0,
                              7,
                              1,
                              symbols,
                              inputs,
                              outputs,
                              checks,
                              kernels,
                              nullptr,
                              sizeof fakeWeights,
                              fakeDigest,
                              nullptr,
                              variants};

} // namespace llmc::test

extern "C" const llmc_image_table llmc_model_images = {1, llmc::test::images};
