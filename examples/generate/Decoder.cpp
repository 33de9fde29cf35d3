// The caches stay in the context: a step appends to them, and nobody passes them on.
#include "Decoder.h"
#include "LargestElement.h"
#include <dlfcn.h>
#include <numeric>
#include <stdexcept>

template <typename T> static T sized() {
  T value = {};
  value.size = sizeof value;
  return value;
}

Decoder::Decoder(const std::string &library, int64_t capacity) : capacity_(capacity) {
  open(library);
  findTensors();
  check(api_->context_state_reserve(context_.get(), capacity));
}

void Decoder::open(const std::string &library) {
  // A path without a slash would be looked for among the system's libraries.
  std::string path = library.find('/') == std::string::npos ? "./" + library : library;
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    throw std::runtime_error(dlerror());
  auto getApi = reinterpret_cast<decltype(&llmc_get_api)>(dlsym(handle, "llmc_get_api"));
  api_ = getApi ? getApi(LLMC_API_VERSION) : nullptr;
  if (!api_)
    throw std::runtime_error(library + ": is no model, or one of another version of llmc");
  char message[512] = "";
  auto modelOptions = sized<llmc_model_options>();
  modelOptions.message = message;
  modelOptions.message_bytes = sizeof message;
  llmc_model *model = nullptr;
  if (api_->model_open(&modelOptions, &model) != LLMC_OK)
    throw std::runtime_error(message);
  model_ = {model, api_->model_close};
  auto contextOptions = sized<llmc_context_options>();
  contextOptions.message = message;
  contextOptions.message_bytes = sizeof message;
  llmc_context *context = nullptr;
  if (api_->context_create(model, &contextOptions, &context) != LLMC_OK)
    throw std::runtime_error(message);
  context_ = {context, api_->context_destroy};
}

void Decoder::findTensors() {
  auto model = sized<llmc_model_info>();
  check(api_->model_describe(model_.get(), &model));
  for (uint32_t i = 0; i < model.output_count; ++i) {
    auto info = sized<llmc_tensor_info>();
    check(api_->model_output(model_.get(), i, &info));
    if (info.name == std::string("logits"))
      logits_ = i;
  }
  for (uint32_t i = 0; i < model.input_count; ++i) {
    auto info = sized<llmc_tensor_info>();
    check(api_->model_input(model_.get(), i, &info));
    std::string name = info.name;
    if (info.state != 0) // a cache, which the context keeps
      continue;
    if (info.dtype == LLMC_DTYPE_I64 && name == "input_ids")
      ids_ = i;
    else if (info.dtype == LLMC_DTYPE_I64 && name == "attention_mask")
      mask_ = i;
    else if (info.dtype == LLMC_DTYPE_I64 && name == "position_ids")
      positions_ = i;
    else
      throw std::runtime_error("the model has an input \"" + name + "\" that decoders don't have");
  }
  if (ids_ < 0 || logits_ < 0 || model.state_count == 0)
    throw std::runtime_error("the model is no decoder with past: it needs input_ids, logits, and caches as its states");
}

void Decoder::check(llmc_status status) const {
  if (status != LLMC_OK)
    throw std::runtime_error(api_->context_message(context_.get()));
}

void Decoder::bindNumbers(int64_t input, const std::vector<int64_t> &numbers) {
  if (input < 0) // not every decoder asks for a mask, or for positions
    return;
  int64_t dims[] = {1, static_cast<int64_t>(numbers.size())};
  auto tensor = sized<llmc_tensor>();
  tensor.dtype = LLMC_DTYPE_I64;
  tensor.rank = 2;
  tensor.dims = dims;
  tensor.data = const_cast<int64_t *>(numbers.data());
  tensor.bytes = numbers.size() * sizeof(int64_t);
  check(api_->context_bind_input(context_.get(), static_cast<uint32_t>(input), &tensor));
}

// [append]
int64_t Decoder::append(const std::vector<int64_t> &tokens) {
  int64_t past = 0, count = static_cast<int64_t>(tokens.size());
  check(api_->context_state_length(context_.get(), 0, &past));
  if (count == 0 || past + count > capacity_)
    throw std::runtime_error("there is room for 1 to " + std::to_string(capacity_ - past) + " tokens, not for " +
                             std::to_string(count));
  std::vector<int64_t> mask(past + count, 1), positions(count);
  std::iota(positions.begin(), positions.end(), past);
  bindNumbers(ids_, tokens);
  bindNumbers(mask_, mask);
  bindNumbers(positions_, positions);
  check(api_->context_run(context_.get(), nullptr));
  return mostLikely();
}
// [append]

void Decoder::forget() { check(api_->context_state_reset(context_.get())); }

int64_t Decoder::mostLikely() {
  auto logits = sized<llmc_tensor>();
  check(api_->context_output(context_.get(), static_cast<uint32_t>(logits_), &logits));
  int64_t words = logits.dims[logits.rank - 1], rows = logits.dims[logits.rank - 2];
  return indexOfLargest(logits.dtype, logits.data, (rows - 1) * words, words);
}
