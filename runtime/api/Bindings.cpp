// Inputs are checked one by one as they are bound; the shapes of outputs follow from all of them.
#include "api/Bindings.h"

#include "llmc/element_types.h"
#include "memory/Allocator.h"
#include <cinttypes>
#include <cstring>

using namespace llmc;
using namespace llmc::runtime;

// Whoever chose the image has looked whether the table has them.
static const ElementType &typeOf(const llmc_image_tensor &declared) { return *findElementType(declared.dtype); }

static size_t totalRank(const llmc_image_tensor *tensors, uint32_t count) {
  size_t total = 0;
  for (uint32_t i = 0; i < count; ++i)
    total += tensors[i].rank;
  return total;
}

Bindings::Bindings(const llmc_image &image, BlockLayout &layout) : image(image) {
  inputDims = layout.take<int64_t>(totalRank(image.inputs, image.input_count));
  outputDims = layout.take<int64_t>(totalRank(image.outputs, image.output_count));
  boundWords = layout.take<int64_t>(image.word_count);
  inputs = layout.take<const void *>(image.input_count);
  outputs = layout.take<void *>(image.output_count);
  inputFacts = layout.take<Input>(image.input_count);
  outputFacts = layout.take<Output>(image.output_count);
}

void Bindings::initialize() {
  int64_t *dims = inputDims;
  for (uint32_t i = 0; i < image.input_count; dims += image.inputs[i++].rank) {
    inputs[i] = nullptr;
    inputFacts[i] = {false, false, 0, dims};
  }
  dims = outputDims;
  for (uint32_t i = 0; i < image.output_count; dims += image.outputs[i++].rank) {
    outputs[i] = nullptr;
    outputFacts[i] = {nullptr, 0, 0, dims, false};
  }
}

void Bindings::keepStates(bool keeps) {
  for (uint32_t i = 0; i < image.state_count; ++i) {
    Input &input = inputFacts[image.states[i].input];
    Output &output = outputFacts[image.states[i].output];
    input.kept = input.bound = keeps;
    input.bytes = 0; // none of the user's
    inputs[image.states[i].input] = nullptr;
    output.kept = keeps;
    output.user = nullptr;
  }
  keepsAny = keeps;
  resolved = false;
}

llmc_status Bindings::bindInput(uint32_t index, const llmc_tensor &tensor, Message &message) {
  uint64_t bytes = 0;
  llmc_status status = checkInput(index, tensor, bytes, message);
  if (status != LLMC_OK)
    return status;
  Input &input = inputFacts[index];
  size_t dimBytes = tensor.rank * sizeof(int64_t);
  // With states another run is meant, for which they are longer.
  if (!input.bound || keepsAny || (dimBytes && std::memcmp(input.dims, tensor.dims, dimBytes) != 0))
    resolved = false;
  if (dimBytes)
    std::memcpy(input.dims, tensor.dims, dimBytes);
  input.bound = true;
  input.bytes = bytes;
  inputs[index] = tensor.data;
  outputsChecked = false;
  return LLMC_OK;
}

llmc_status Bindings::checkInput(uint32_t index, const llmc_tensor &tensor, uint64_t &bytes, Message &message) const {
  if (index >= image.input_count)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "input %u does not exist, the model has %u", index,
                        image.input_count);
  const llmc_image_tensor &declared = image.inputs[index];
  const ElementType &type = typeOf(declared);
  if (inputFacts[index].kept)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT,
                        "input \"%s\" is a state that the context keeps; try: bind nothing to it, or "
                        "llmc_context_state_reserve with 0 first",
                        declared.name);
  if (tensor.dtype != declared.dtype)
    return message.fail(LLMC_ERROR_TYPE_MISMATCH, "input \"%s\": expected %s, got %s (%u)", declared.name, type.name,
                        nameOfElementType(tensor.dtype), tensor.dtype);
  if (tensor.rank != declared.rank)
    return message.fail(LLMC_ERROR_SHAPE_MISMATCH, "input \"%s\": expected rank %u, got %u", declared.name,
                        declared.rank, tensor.rank);
  if (tensor.rank && !tensor.dims)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "input \"%s\": dims is null", declared.name);
  for (uint32_t axis = 0; axis < tensor.rank; ++axis) {
    int64_t dim = tensor.dims[axis];
    if (dim < 0 || (declared.dims[axis] >= 0 && dim != declared.dims[axis]))
      return message.fail(LLMC_ERROR_SHAPE_MISMATCH, "input \"%s\": axis %u is %" PRId64 ", expected %s", declared.name,
                          axis, dim, declared.dim_texts[axis]);
  }
  if (tensor.device != 0)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT,
                        "input \"%s\": data on device %" PRIu64 "; this runtime takes data in the host's memory, 0",
                        declared.name, tensor.device);
  if (!tensorBytes(type.bits, tensor.dims, tensor.rank, bytes))
    return message.fail(LLMC_ERROR_SHAPE_MISMATCH, "input \"%s\": larger than the address space", declared.name);
  if (tensor.bytes < bytes)
    return message.fail(LLMC_ERROR_BUFFER_TOO_SMALL,
                        "input \"%s\": shape needs %" PRIu64 " bytes, the buffer holds %" PRIu64, declared.name, bytes,
                        tensor.bytes);
  if (bytes && !tensor.data)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "input \"%s\": data is null", declared.name);
  if (reinterpret_cast<uintptr_t>(tensor.data) % type.bytes() != 0)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "input \"%s\": data is not aligned to %u bytes", declared.name,
                        type.bytes());
  return LLMC_OK;
}

llmc_status Bindings::bindOutput(uint32_t index, void *data, uint64_t bytes, Message &message) {
  if (index >= image.output_count)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "output %u does not exist, the model has %u", index,
                        image.output_count);
  const llmc_image_tensor &declared = image.outputs[index];
  const ElementType &type = typeOf(declared);
  if (data && outputFacts[index].kept)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT,
                        "output \"%s\" is a state that the context keeps; try: bind nothing to it, and "
                        "llmc_context_state_read",
                        declared.name);
  if (reinterpret_cast<uintptr_t>(data) % type.bytes() != 0)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "output \"%s\": data is not aligned to %u bytes", declared.name,
                        type.bytes());
  outputFacts[index].user = data;
  outputFacts[index].userBytes = bytes;
  outputsChecked = false;
  return LLMC_OK;
}

llmc_status Bindings::resolve(const States &states, Message &message) {
  if (resolved)
    return LLMC_OK;
  for (uint32_t i = 0; i < image.state_count && states.capacity(); ++i)
    inputFacts[image.states[i].input].dims[image.states[i].axis] = states.length(i);
  for (uint32_t i = 0; i < image.input_count; ++i)
    if (!inputFacts[i].bound)
      return message.fail(LLMC_ERROR_NOT_READY, "input \"%s\" is not bound", image.inputs[i].name);
  if (llmc_status status = chooseVariant(states.capacity(), message); status != LLMC_OK)
    return status;
  for (uint32_t i = 0; i < image.output_count; ++i) {
    const llmc_image_tensor &declared = image.outputs[i];
    if (!tensorBytes(typeOf(declared).bits, outputFacts[i].dims, declared.rank, outputFacts[i].bytes))
      return message.fail(LLMC_ERROR_SHAPE_MISMATCH, "output \"%s\": larger than the address space", declared.name);
  }
  resolved = true;
  outputsChecked = false;
  return LLMC_OK;
}

// The first variant has the last word, since it takes all sizes that the model takes.
llmc_status Bindings::chooseVariant(int64_t capacity, Message &message) {
  int64_t values[2] = {0, 0};
  int32_t failed = 1;
  for (uint32_t i = image.variant_count; failed && i-- > 0;) {
    failed = image.variants[i].bind(inputDims, capacity, boundWords, outputDims, &needed, values);
    chosen = i;
  }
  if (!failed)
    return LLMC_OK;
  uint32_t check = static_cast<uint32_t>(failed - 1);
  if (check >= image.check_count)
    return message.fail(LLMC_ERROR_BAD_MODEL, "the model names check %u of %u", check, image.check_count);
  return message.failCheck(LLMC_ERROR_SHAPE_MISMATCH, image.checks[check], values);
}

llmc_status Bindings::checkOutputs(Message &message) {
  if (outputsChecked)
    return LLMC_OK;
  for (uint32_t i = 0; i < image.output_count; ++i) {
    const Output &output = outputFacts[i];
    if (!output.user)
      continue;
    if (output.userBytes < output.bytes)
      return message.fail(LLMC_ERROR_BUFFER_TOO_SMALL,
                          "output \"%s\": shape needs %" PRIu64 " bytes, the buffer holds %" PRIu64,
                          image.outputs[i].name, output.bytes, output.userBytes);
    llmc_status status = checkApart(i, message);
    if (status != LLMC_OK)
      return status;
  }
  outputsChecked = true;
  return LLMC_OK;
}

static bool overlap(const void *a, uint64_t aBytes, const void *b, uint64_t bBytes) {
  uintptr_t aBegin = reinterpret_cast<uintptr_t>(a), bBegin = reinterpret_cast<uintptr_t>(b);
  return aBegin < bBegin + bBytes && bBegin < aBegin + aBytes && aBytes && bBytes;
}

// Compiled code takes buffers to be apart: an overlap would give wrong numbers, not a failure.
llmc_status Bindings::checkApart(uint32_t index, Message &message) const {
  const Output &output = outputFacts[index];
  const char *name = image.outputs[index].name;
  for (uint32_t i = 0; i < image.input_count; ++i)
    if (overlap(output.user, output.bytes, inputs[i], inputFacts[i].bytes))
      return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "output \"%s\" overlaps input \"%s\"", name,
                          image.inputs[i].name);
  for (uint32_t i = 0; i < index; ++i)
    if (outputFacts[i].user && overlap(output.user, output.bytes, outputFacts[i].user, outputFacts[i].bytes))
      return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "output \"%s\" overlaps output \"%s\"", name,
                          image.outputs[i].name);
  return LLMC_OK;
}

bool Bindings::useAny(const void *memory, uint64_t bytes) const {
  for (uint32_t i = 0; i < image.input_count; ++i)
    if (inputFacts[i].bound && overlap(memory, bytes, inputs[i], inputFacts[i].bytes))
      return true;
  for (uint32_t i = 0; i < image.output_count; ++i)
    if (overlap(memory, bytes, outputFacts[i].user, outputFacts[i].userBytes))
      return true;
  return false;
}

void Bindings::forget(const void *memory, uint64_t bytes) {
  for (uint32_t i = 0; i < image.input_count; ++i)
    if (inputFacts[i].bound && overlap(memory, bytes, inputs[i], inputFacts[i].bytes))
      inputFacts[i].bound = resolved = false;
  for (uint32_t i = 0; i < image.output_count; ++i)
    if (overlap(memory, bytes, outputFacts[i].user, outputFacts[i].userBytes))
      outputFacts[i].user = nullptr;
}

static uint64_t roundedUp(uint64_t bytes) {
  constexpr uint64_t unit = Allocator::alignment;
  return bytes > UINT64_MAX - unit ? UINT64_MAX : (bytes + unit - 1) / unit * unit;
}

uint64_t Bindings::ownedOutputBytes() const {
  uint64_t total = 0;
  for (uint32_t i = 0; i < image.output_count; ++i)
    if (outputFacts[i].isOwned() && __builtin_add_overflow(total, roundedUp(outputFacts[i].bytes), &total))
      return UINT64_MAX; // no allocator has that much
  return total;
}

void Bindings::placeOutputs(uint8_t *owned, const States &states) {
  for (uint32_t i = 0; i < image.output_count; ++i) {
    const Output &output = outputFacts[i];
    outputs[i] = output.user ? output.user : owned;
    if (output.isOwned())
      owned += roundedUp(output.bytes);
  }
  for (uint32_t i = 0; i < image.state_count && states.capacity(); ++i)
    inputs[image.states[i].input] = outputs[image.states[i].output] = states.data(i);
}

llmc_tensor Bindings::outputShape(uint32_t index) const {
  const llmc_image_tensor &declared = image.outputs[index];
  llmc_tensor tensor = {};
  tensor.dtype = declared.dtype;
  tensor.rank = declared.rank;
  tensor.dims = outputFacts[index].dims;
  tensor.bytes = outputFacts[index].bytes;
  return tensor;
}
