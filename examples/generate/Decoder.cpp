// The caches of a step are the inputs of the next one: only pointers change places.
#include "Decoder.h"
#include "Elements.h"
#include <algorithm>
#include <dlfcn.h>
#include <functional>
#include <numeric>
#include <stdexcept>

static const std::string pastPrefix = "past_key_values.", presentPrefix = "present.";

template <typename T> static T sized() {
  T value = {};
  value.size = sizeof value;
  return value;
}

static bool startsWith(const std::string &text, const std::string &prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

Decoder::Decoder(const std::string &library, int64_t capacity) : capacity_(capacity) {
  open(library);
  findTensors();
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
    if (startsWith(name, pastPrefix))
      addCache(i, info);
    else if (info.dtype == LLMC_DTYPE_I64 && name == "input_ids")
      ids_ = i;
    else if (info.dtype == LLMC_DTYPE_I64 && name == "attention_mask")
      mask_ = i;
    else if (info.dtype == LLMC_DTYPE_I64 && name == "position_ids")
      positions_ = i;
    else
      throw std::runtime_error("the model has an input \"" + name + "\" that decoders don't have");
  }
  if (ids_ < 0 || logits_ < 0 || caches_.empty())
    throw std::runtime_error("the model is no decoder with past: it needs input_ids, past_key_values.* and logits");
}

// [cache]
void Decoder::addCache(uint32_t input, const llmc_tensor_info &info) {
  std::string wanted = presentPrefix + std::string(info.name).substr(pastPrefix.size());
  auto output = sized<llmc_tensor_info>();
  uint32_t index = 0;
  while (api_->model_output(model_.get(), index, &output) == LLMC_OK && output.name != wanted)
    ++index;
  if (output.name != wanted || output.rank != info.rank || output.dtype != info.dtype)
    throw std::runtime_error("the model has no output \"" + wanted + "\" that fits input \"" + info.name + "\"");
  Cache cache = {input, index, info, 0, {}};
  // It grows along the axis whose size is written in another way in the output: "past" and "past + seq".
  while (cache.axis < info.rank && info.dim_texts[cache.axis] == std::string(output.dim_texts[cache.axis]))
    ++cache.axis;
  if (cache.axis == info.rank)
    throw std::runtime_error("the cache \"" + std::string(info.name) + "\" does not grow");
  for (auto &buffer : cache.buffers)
    buffer.resize(bytes(cache, capacity_) / sizeof(uint64_t) + 1);
  caches_.push_back(std::move(cache));
}
// [cache]

uint64_t Decoder::bytes(const Cache &cache, int64_t tokens, std::vector<int64_t> *dims) const {
  std::vector<int64_t> sizes(cache.info.dims, cache.info.dims + cache.info.rank);
  std::replace(sizes.begin(), sizes.end(), int64_t(-1), int64_t(1)); // the batch is one row
  sizes[cache.axis] = tokens;
  if (dims)
    *dims = sizes;
  return std::accumulate(sizes.begin(), sizes.end(), elementBytes(cache.info.dtype), std::multiplies<>());
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

// [swap]
/// Lets the next run read the caches where the last one wrote them, and write to the buffers that are free.
void Decoder::bindCaches() {
  for (Cache &cache : caches_) {
    std::vector<uint64_t> &from = cache.buffers[newest_], &to = cache.buffers[1 - newest_];
    std::vector<int64_t> dims;
    auto tensor = sized<llmc_tensor>();
    tensor.bytes = bytes(cache, past_, &dims);
    tensor.dtype = cache.info.dtype;
    tensor.rank = cache.info.rank;
    tensor.dims = dims.data();
    tensor.data = from.data();
    check(api_->context_bind_input(context_.get(), cache.input, &tensor));
    check(api_->context_bind_output(context_.get(), cache.output, to.data(), to.size() * sizeof(uint64_t)));
  }
}

int64_t Decoder::append(const std::vector<int64_t> &tokens) {
  int64_t count = static_cast<int64_t>(tokens.size());
  if (count == 0 || past_ + count > capacity_)
    throw std::runtime_error("there is room for 1 to " + std::to_string(capacity_ - past_) + " tokens, not for " +
                             std::to_string(count));
  std::vector<int64_t> mask(past_ + count, 1), positions(count);
  std::iota(positions.begin(), positions.end(), past_);
  bindNumbers(ids_, tokens);
  bindNumbers(mask_, mask);
  bindNumbers(positions_, positions);
  bindCaches();
  check(api_->context_run(context_.get(), nullptr));
  newest_ = 1 - newest_;
  past_ += count;
  return mostLikely();
}
// [swap]

int64_t Decoder::mostLikely() {
  auto logits = sized<llmc_tensor>();
  check(api_->context_output(context_.get(), static_cast<uint32_t>(logits_), &logits));
  int64_t words = logits.dims[logits.rank - 1], rows = logits.dims[logits.rank - 2];
  return indexOfLargest(logits.dtype, logits.data, (rows - 1) * words, words);
}
