// The C entry points: they check pointers and struct sizes, and keep other threads out of a
// context. All else is done by Model and Context.
#include "api/Context.h"
#include "api/KernelView.h"
#include "api/Model.h"
#include "api/StructSize.h"
#include "llmc/llmc.h"
#include <cstring>

using namespace llmc::runtime;

static Model *unwrap(llmc_model *model) { return reinterpret_cast<Model *>(model); }
static const Model *unwrap(const llmc_model *model) { return reinterpret_cast<const Model *>(model); }
static Context *unwrap(llmc_context *context) { return reinterpret_cast<Context *>(context); }

// An options struct that may be null. False with a message when it can't be understood.
template <typename T> static bool readOptions(const T *theirs, T &ours, const char *what, Message &message) {
  if (!theirs || readStruct(*theirs, ours))
    return true;
  message.fail(LLMC_ERROR_INVALID_ARGUMENT, "%s: size is unset, or a field is set that this runtime does not know",
               what);
  return false;
}

static bool readAllocator(const llmc_allocator *theirs, Allocator &allocator, Message &message) {
  llmc_allocator hook = {};
  if (!readOptions(theirs, hook, "llmc_allocator", message))
    return false;
  if (!theirs)
    return true;
  if (!hook.allocate || !hook.release) {
    message.fail(LLMC_ERROR_INVALID_ARGUMENT, "llmc_allocator: a function is null");
    return false;
  }
  allocator = Allocator(hook);
  return true;
}

// Hands the message of a failed open or create to the caller.
static llmc_status report(llmc_status status, const Message &message, const Log &log, char *text, size_t textBytes) {
  if (status == LLMC_OK)
    return status;
  log.error(message.text());
  if (text && textBytes) {
    size_t length = std::strlen(message.text());
    length = length < textBytes - 1 ? length : textBytes - 1;
    std::memcpy(text, message.text(), length);
    text[length] = '\0';
  }
  return status;
}

// ---- models ----

static llmc_status openModel(const llmc_model_options &options, Log &log, Message &message, Model **model) {
  Allocator allocator;
  llmc_log hook = {};
  if (!readAllocator(options.allocator, allocator, message) || !readOptions(options.log, hook, "llmc_log", message))
    return LLMC_ERROR_INVALID_ARGUMENT;
  log = Log(hook);
  return Model::open(options, allocator, log, message, model);
}

llmc_status llmc_model_open(const llmc_model_options *options, llmc_model **model) {
  if (!model)
    return LLMC_ERROR_INVALID_ARGUMENT;
  *model = nullptr;
  Message message;
  Log log;
  llmc_model_options known = {};
  if (!readOptions(options, known, "llmc_model_options", message))
    return LLMC_ERROR_INVALID_ARGUMENT; // its message buffer can't be trusted either
  Model *opened = nullptr;
  llmc_status status = openModel(known, log, message, &opened);
  *model = reinterpret_cast<llmc_model *>(opened);
  return report(status, message, log, known.message, known.message_bytes);
}

void llmc_model_close(llmc_model *model) {
  if (model)
    unwrap(model)->release();
}

llmc_status llmc_model_describe(const llmc_model *model, llmc_model_info *info) {
  if (!model)
    return LLMC_ERROR_INVALID_ARGUMENT;
  const llmc_image &image = unwrap(model)->image();
  llmc_model_info facts = {};
  facts.name = image.name;
  facts.compiler = image.compiler;
  facts.cpu = image.cpu;
  facts.version_count = unwrap(model)->versionCount();
  facts.symbol_count = image.symbol_count;
  facts.input_count = image.input_count;
  facts.output_count = image.output_count;
  facts.kernel_count = image.kernel_count;
  facts.weights_bytes = image.weights_bytes;
  facts.weights_digest = image.weights_digest;
  facts.state_count = image.state_count;
  facts.variant_count = image.variant_count;
  return writeStruct(facts, info) ? LLMC_OK : LLMC_ERROR_INVALID_ARGUMENT;
}

// Fills *info with what `describe` says of a row of one of the image's tables.
template <typename Row, typename Info, typename Describe>
static llmc_status describeRow(const llmc_model *model, const Row *llmc_image::*rows, uint32_t llmc_image::*count,
                               uint32_t index, Info *info, Describe describe) {
  if (!model || index >= unwrap(model)->image().*count)
    return LLMC_ERROR_INVALID_ARGUMENT;
  const llmc_image &image = unwrap(model)->image();
  Info facts = describe((image.*rows)[index]);
  return writeStruct(facts, info) ? LLMC_OK : LLMC_ERROR_INVALID_ARGUMENT;
}

llmc_status llmc_model_symbol(const llmc_model *model, uint32_t index, llmc_symbol_info *info) {
  return describeRow(
      model, &llmc_image::symbols, &llmc_image::symbol_count, index, info,
      [](const llmc_image_symbol &symbol) { return llmc_symbol_info{0, symbol.name, symbol.least, symbol.most}; });
}

// 1 + the number of the state whose input or output has this index; 0 where none has.
static uint64_t stateOf(const llmc_image &image, uint32_t llmc_image_state::*side, uint32_t index) {
  for (uint32_t i = image.state_count; i > 0; --i)
    if (image.states[i - 1].*side == index)
      return i;
  return 0;
}

static llmc_tensor_info describeTensor(const llmc_image_tensor &tensor, uint64_t state) {
  return {0, tensor.name, tensor.dtype, tensor.rank, tensor.dims, tensor.dim_texts, state};
}

llmc_status llmc_model_input(const llmc_model *model, uint32_t index, llmc_tensor_info *info) {
  return describeRow(model, &llmc_image::inputs, &llmc_image::input_count, index, info,
                     [&](const llmc_image_tensor &tensor) {
                       return describeTensor(tensor, stateOf(unwrap(model)->image(), &llmc_image_state::input, index));
                     });
}

llmc_status llmc_model_output(const llmc_model *model, uint32_t index, llmc_tensor_info *info) {
  return describeRow(model, &llmc_image::outputs, &llmc_image::output_count, index, info,
                     [&](const llmc_image_tensor &tensor) {
                       return describeTensor(tensor, stateOf(unwrap(model)->image(), &llmc_image_state::output, index));
                     });
}

llmc_status llmc_model_state(const llmc_model *model, uint32_t index, llmc_state_info *info) {
  return describeRow(
      model, &llmc_image::states, &llmc_image::state_count, index, info,
      [](const llmc_image_state &state) { return llmc_state_info{0, state.input, state.output, state.axis}; });
}

llmc_status llmc_model_variant(const llmc_model *model, uint32_t index, llmc_variant_info *info) {
  return describeRow(model, &llmc_image::variants, &llmc_image::variant_count, index, info,
                     [](const llmc_image_variant &variant) {
                       return llmc_variant_info{0, variant.dims, variant.first_kernel, variant.kernel_count};
                     });
}

llmc_status llmc_model_kernel(const llmc_model *model, uint32_t index, llmc_kernel_info *info) {
  return describeRow(model, &llmc_image::kernels, &llmc_image::kernel_count, index, info,
                     [](const llmc_image_kernel &kernel) { return llmc_kernel_info{0, kernel.name, kernel.nodes}; });
}

// ---- contexts ----

static llmc_status createContext(Model &model, const llmc_context_options &options, Message &message,
                                 Context **context) {
  Allocator allocator = model.allocator();
  llmc_executor executor = {};
  if (!readAllocator(options.allocator, allocator, message) ||
      !readOptions(options.executor, executor, "llmc_executor", message))
    return LLMC_ERROR_INVALID_ARGUMENT;
  if (options.executor && (!executor.parallel || executor.threads == 0 || options.threads != 0))
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT,
                        "an executor needs a function and at least one thread, and excludes the "
                        "option threads");
  return Context::create(model, options.threads, options.executor ? &executor : nullptr, allocator, message, context);
}

llmc_status llmc_context_create(llmc_model *model, const llmc_context_options *options, llmc_context **context) {
  if (!model || !context)
    return LLMC_ERROR_INVALID_ARGUMENT;
  *context = nullptr;
  Message message;
  llmc_context_options known = {};
  if (!readOptions(options, known, "llmc_context_options", message))
    return LLMC_ERROR_INVALID_ARGUMENT; // its message buffer can't be trusted either
  Context *created = nullptr;
  llmc_status status = createContext(*unwrap(model), known, message, &created);
  *context = reinterpret_cast<llmc_context *>(created);
  return report(status, message, unwrap(model)->log(), known.message, known.message_bytes);
}

void llmc_context_destroy(llmc_context *context) {
  if (context)
    unwrap(context)->destroy();
}

// Does `call` inside the context.
template <typename Call> static llmc_status inside(llmc_context *context, Call call) {
  if (!context)
    return LLMC_ERROR_INVALID_ARGUMENT;
  Context &entered = *unwrap(context);
  if (!entered.enter())
    return LLMC_ERROR_BUSY;
  return entered.leave(call(entered));
}

static llmc_status refuseStruct(Context &context, const char *what) {
  return context.message().fail(LLMC_ERROR_INVALID_ARGUMENT,
                                "%s: null, its size is unset, or a field is set that this runtime "
                                "does not know",
                                what);
}

llmc_status llmc_context_bind_input(llmc_context *context, uint32_t index, const llmc_tensor *tensor) {
  return inside(context, [&](Context &entered) {
    llmc_tensor known = {};
    if (!tensor || !readStruct(*tensor, known))
      return refuseStruct(entered, "llmc_tensor");
    return entered.bindInput(index, known);
  });
}

llmc_status llmc_context_bind_output(llmc_context *context, uint32_t index, void *data, uint64_t bytes) {
  return inside(context, [&](Context &entered) { return entered.bindOutput(index, data, bytes); });
}

llmc_status llmc_context_output_shape(llmc_context *context, uint32_t index, llmc_tensor *tensor) {
  return inside(context, [&](Context &entered) {
    llmc_tensor found = {};
    llmc_status status = entered.outputShape(index, found);
    return status != LLMC_OK || writeStruct(found, tensor) ? status : refuseStruct(entered, "llmc_tensor");
  });
}

llmc_status llmc_context_variant(llmc_context *context, uint32_t *variant) {
  return inside(context, [&](Context &entered) { return entered.variant(variant); });
}

llmc_status llmc_context_run(llmc_context *context, const llmc_run_options *options) {
  return inside(context, [&](Context &entered) {
    llmc_run_options known = {};
    if (options && !readStruct(*options, known))
      return refuseStruct(entered, "llmc_run_options");
    return entered.run(known);
  });
}

void llmc_context_cancel(llmc_context *context) {
  if (context)
    unwrap(context)->cancel();
}

llmc_status llmc_context_output(llmc_context *context, uint32_t index, llmc_tensor *tensor) {
  return inside(context, [&](Context &entered) {
    llmc_tensor found = {};
    llmc_status status = entered.output(index, found);
    return status != LLMC_OK || writeStruct(found, tensor) ? status : refuseStruct(entered, "llmc_tensor");
  });
}

llmc_status llmc_context_state_reserve(llmc_context *context, int64_t capacity) {
  return inside(context, [&](Context &entered) { return entered.reserveStates(capacity); });
}

llmc_status llmc_context_state_reset(llmc_context *context) { return llmc_context_state_truncate(context, 0); }

llmc_status llmc_context_state_truncate(llmc_context *context, int64_t length) {
  return inside(context, [&](Context &entered) { return entered.truncateStates(length); });
}

llmc_status llmc_context_state_length(llmc_context *context, uint32_t state, int64_t *length) {
  return inside(context, [&](Context &entered) { return entered.stateLength(state, length); });
}

llmc_status llmc_context_state_shape(llmc_context *context, uint32_t state, llmc_tensor *tensor) {
  return inside(context, [&](Context &entered) {
    llmc_tensor found = {};
    llmc_status status = entered.stateShape(state, found);
    return status != LLMC_OK || writeStruct(found, tensor) ? status : refuseStruct(entered, "llmc_tensor");
  });
}

llmc_status llmc_context_state_read(llmc_context *context, uint32_t state, void *data, uint64_t bytes) {
  return inside(context, [&](Context &entered) { return entered.readState(state, data, bytes); });
}

llmc_status llmc_context_trim(llmc_context *context) {
  return inside(context, [](Context &entered) { return entered.trim(); });
}

llmc_status llmc_context_profile(llmc_context *context, llmc_kernel_time *times, uint32_t count) {
  return inside(context, [&](Context &entered) { return entered.profile(times, count); });
}

const char *llmc_context_message(const llmc_context *context) {
  return context ? reinterpret_cast<const Context *>(context)->message().text() : "";
}

// ---- kernels that an observer is shown ----

llmc_status llmc_kernel_view_describe(const llmc_kernel_view *view, llmc_kernel_view_info *info) {
  return view && writeStruct(view->info(), info) ? LLMC_OK : LLMC_ERROR_INVALID_ARGUMENT;
}

llmc_status llmc_kernel_view_result(const llmc_kernel_view *view, uint32_t index, llmc_tensor *tensor) {
  llmc_tensor found = {};
  bool known = view && view->result(index, found);
  return known && writeStruct(found, tensor) ? LLMC_OK : LLMC_ERROR_INVALID_ARGUMENT;
}

// ---- others ----

const char *llmc_status_text(int status) { return statusText(status); }

const llmc_api *llmc_get_api(uint32_t version) {
  static constexpr llmc_api api = {sizeof(llmc_api),           LLMC_API_VERSION,          llmc_model_open,
                                   llmc_model_close,           llmc_model_describe,       llmc_model_symbol,
                                   llmc_model_input,           llmc_model_output,         llmc_model_kernel,
                                   llmc_context_create,        llmc_context_destroy,      llmc_context_bind_input,
                                   llmc_context_bind_output,   llmc_context_output_shape, llmc_context_run,
                                   llmc_context_cancel,        llmc_context_output,       llmc_context_trim,
                                   llmc_context_profile,       llmc_context_message,      llmc_status_text,
                                   llmc_kernel_view_describe,  llmc_kernel_view_result,   llmc_model_state,
                                   llmc_context_state_reserve, llmc_context_state_reset,  llmc_context_state_truncate,
                                   llmc_context_state_length,  llmc_context_state_shape,  llmc_context_state_read,
                                   llmc_model_variant,         llmc_context_variant};
  return version == LLMC_API_VERSION ? &api : nullptr;
}
