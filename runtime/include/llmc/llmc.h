/* The public C API of a compiled model: C99, needs nothing but libc.
 *
 * Each compiled model (NAME.so) carries its own copy of the runtime. Link against it and call the
 * functions below, or dlopen it, look up `llmc_get_api` and call through the table that it returns.
 *
 * A model is the code and its weights. It is immutable once open; any number of threads may use it.
 *
 * A context is what one run needs: bindings, memory, threads. One thread at a time may be inside a
 * context (a second one gets LLMC_ERROR_BUSY); any number of contexts run at once.
 *
 * Every struct begins with its size. Set it to sizeof(the struct) and the rest to zero: zero always
 * means "default". An application built against an older, smaller struct goes on working; one built
 * against a newer, larger struct works as long as the fields that this runtime does not know are
 * zero. Structs that the runtime fills also need their size set.
 *
 * No function ends the process, prints, or throws. Unless said otherwise a call that fails changes
 * nothing. */
#ifndef LLMC_H
#define LLMC_H
#include "llmc/dtype.h"
#include "llmc/status.h"
#include <stddef.h>
#include <stdint.h>

#define LLMC_API_VERSION 1u

/* Exported, and bound within its own library: models in one process never call into each other. */
#ifdef LLMC_BUILDING_RUNTIME
#define LLMC_EXPORT __attribute__((visibility("protected")))
#else
#define LLMC_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct llmc_model llmc_model;
typedef struct llmc_context llmc_context;

/* The compiled code of a library, as its own runtime finds it. */
typedef struct llmc_image_table llmc_image_table;

/* A kernel that an observer is shown. */
typedef struct llmc_kernel_view llmc_kernel_view;

/* ---- hooks --------------------------------------------------------------------------------- */

/* Where all memory of the runtime comes from, but for the stacks of its threads. Both functions may
 * be called by several threads at once, and never while a run repeats the sizes of the one before.
 */
typedef struct llmc_allocator {
  size_t size; /* sizeof(llmc_allocator) */
  void *user;  /* handed to both functions */
  /* Returns `bytes` (> 0) aligned to `alignment`, a power of two, or null when there is no memory.
   */
  void *(*allocate)(void *user, size_t bytes, size_t alignment);
  /* Takes back what allocate returned, with the same `bytes`. */
  void (*release)(void *user, void *memory, size_t bytes);
} llmc_allocator;

enum { LLMC_LOG_ERROR = 1, LLMC_LOG_INFO = 2 };

/* Hears what a failed call would say, and how long opening took. */
typedef struct llmc_log {
  size_t size; /* sizeof(llmc_log) */
  void *user;  /* handed to write */
  /* `message` is one line without end of line, valid during the call. May be called by several
   * threads at once; must not call back into the same context. */
  void (*write)(void *user, int level, const char *message);
} llmc_log;

/* The application's own threads, used instead of the runtime's. */
typedef struct llmc_executor {
  size_t size;      /* sizeof(llmc_executor) */
  void *user;       /* handed to parallel */
  uint32_t threads; /* how many threads `parallel` uses at most, the caller included; at least 1 */
  /* Calls work(job) up to `calls` times, on as many threads as it likes, and returns when all of
   * these calls have returned. Fewer calls are allowed: one call does all that the others leave.
   * Results never depend on it. */
  void (*parallel)(void *user, uint32_t calls, void (*work)(void *job), void *job);
} llmc_executor;

/* ---- models -------------------------------------------------------------------------------- */

typedef struct llmc_model_options {
  size_t size; /* sizeof(llmc_model_options) */
  /* The weights file. Null: the weights in the model's code, or, where it has none inside, NAME-DIGEST.weights beside
   * the library or program that holds the code. */
  const char *weights_path;
  /* The contents of a weights file in memory, instead of a path: aligned to 64 bytes, not copied,
   * must outlive the model. */
  const void *weights;
  uint64_t weights_bytes;
  /* Not 0: compute the digest of all weights and compare. Reads all of them; without it only header
   * and size are. */
  int32_t verify_digest;
  const llmc_allocator *allocator; /* copied; null: libc. Contexts of the model use it too unless
                                      they name their own */
  const llmc_log *log;             /* copied; null: none. Used by the model's contexts too */
  /* The compiled versions to choose from; null: those linked into this library. For programs that
   * link several models statically. Must outlive the model. */
  const llmc_image_table *images;
  /* Where a failed llmc_model_open puts its message: `message_bytes` bytes, always terminated. May
   * be null. */
  char *message;
  size_t message_bytes;
} llmc_model_options;

/* Opens the model: takes the last version of its code that this CPU can run, maps the weights
 * read-only and checks that both belong together. The environment variable LLMC_CPU (x86-64-v3 or
 * x86-64-v4) makes the choice as if this CPU had that level and nothing beyond. `options` may be null. On failure
 * *model is null.
 */
LLMC_EXPORT llmc_status llmc_model_open(const llmc_model_options *options, llmc_model **model);

/* Gives the model back. Contexts that still exist keep it alive until the last of them is
 * destroyed. Null is fine. */
LLMC_EXPORT void llmc_model_close(llmc_model *model);

/* What a model is. All texts and arrays below belong to the library and live as long as it is
 * loaded. */
typedef struct llmc_model_info {
  size_t size;            /* sizeof(llmc_model_info) */
  const char *name;       /* "bert" */
  const char *compiler;   /* "llmc 0.1.0" */
  const char *cpu;        /* level of the version in use: "x86-64-v3" */
  uint32_t version_count; /* how many versions of the code the library holds */
  uint32_t symbol_count, input_count, output_count, kernel_count;
  uint64_t weights_bytes;
  uint64_t weights_digest; /* XXH64 */
  uint64_t state_count;
  uint64_t variant_count; /* for how many choices of sizes that code exists: 1, or more with --dim NAME=SIZE,... */
} llmc_model_info;

/* A symbol that dims are written in, and the values it may take. */
typedef struct llmc_symbol_info {
  size_t size; /* sizeof(llmc_symbol_info) */
  const char *name;
  int64_t least, most; /* most is INT64_MAX where nothing bounds it */
} llmc_symbol_info;

/* An input or output as the model declares it. */
typedef struct llmc_tensor_info {
  size_t size; /* sizeof(llmc_tensor_info) */
  const char *name;
  uint32_t dtype; /* LLMC_DTYPE_... */
  uint32_t rank;
  const int64_t *dims;          /* rank sizes; -1 where it depends on symbols */
  const char *const *dim_texts; /* rank texts: "batch", "past + seq", "64" */
  uint64_t state;               /* 1 + the number of the state that it belongs to; 0: none */
} llmc_tensor_info;

/* An input that runs append to, as the keys and values of attention: output `output` is what input `input` holds, with
 * new positions behind it along `axis`. See "states" below. */
typedef struct llmc_state_info {
  size_t size; /* sizeof(llmc_state_info) */
  uint32_t input, output;
  uint64_t axis;
} llmc_state_info;

typedef struct llmc_kernel_info {
  size_t size; /* sizeof(llmc_kernel_info) */
  const char *name;
  const char *nodes; /* the ONNX nodes it came from, comma-separated */
} llmc_kernel_info;

/* Code for some sizes, such as "batch=1, seq=128"; the first, whose text is empty, is for all that the model takes.
 * Each run takes what is made for its sizes. */
typedef struct llmc_variant_info {
  size_t size; /* sizeof(llmc_variant_info) */
  const char *dims;
  uint32_t first_kernel, kernel_count; /* those of llmc_model_kernel that it runs */
} llmc_variant_info;

/* Each fills *info; LLMC_ERROR_INVALID_ARGUMENT where the index is out of range. */
LLMC_EXPORT llmc_status llmc_model_describe(const llmc_model *model, llmc_model_info *info);
LLMC_EXPORT llmc_status llmc_model_symbol(const llmc_model *model, uint32_t index, llmc_symbol_info *info);
LLMC_EXPORT llmc_status llmc_model_input(const llmc_model *model, uint32_t index, llmc_tensor_info *info);
LLMC_EXPORT llmc_status llmc_model_output(const llmc_model *model, uint32_t index, llmc_tensor_info *info);
LLMC_EXPORT llmc_status llmc_model_kernel(const llmc_model *model, uint32_t index, llmc_kernel_info *info);
LLMC_EXPORT llmc_status llmc_model_state(const llmc_model *model, uint32_t index, llmc_state_info *info);
LLMC_EXPORT llmc_status llmc_model_variant(const llmc_model *model, uint32_t index, llmc_variant_info *info);

/* ---- contexts ------------------------------------------------------------------------------ */

typedef struct llmc_context_options {
  size_t size; /* sizeof(llmc_context_options) */
  /* Threads of a run, the caller included. 0: as many CPUs as the process may use (affinity and
   * cgroup quota). They start with the context, sleep between runs, and end with it. Results don't
   * depend on their number. */
  uint32_t threads;
  const llmc_executor *executor;   /* copied; not null: use these threads and start none; `threads` must be 0 */
  const llmc_allocator *allocator; /* copied; null: the model's */
  /* Where a failed llmc_context_create puts its message: `message_bytes` bytes, always terminated.
   * May be null. */
  char *message;
  size_t message_bytes;
} llmc_context_options;

/* Makes a context of the model. `options` may be null. On failure *context is null. */
LLMC_EXPORT llmc_status llmc_context_create(llmc_model *model, const llmc_context_options *options,
                                            llmc_context **context);

/* Ends its threads and gives all of its memory back. No other thread may be inside the context.
 * Null is fine. */
LLMC_EXPORT void llmc_context_destroy(llmc_context *context);

/* A tensor that is there: its type, sizes and data. */
typedef struct llmc_tensor {
  size_t size; /* sizeof(llmc_tensor) */
  uint32_t dtype;
  uint32_t rank;
  const int64_t *dims; /* rank sizes; may be null where rank is 0 */
  void *data;          /* row-major, aligned to its element type */
  uint64_t bytes;      /* size of the buffer behind `data`; may be more than the shape needs */
  uint64_t device;     /* where `data` lies; 0: in the host's memory. This runtime knows no other */
} llmc_tensor;

/* Says what the next runs read as input `index`. The dims are copied, the data is not: it must stay
 * in place until another buffer is bound or the context is destroyed, and unchanged while a run
 * goes on. It is never written. */
LLMC_EXPORT llmc_status llmc_context_bind_input(llmc_context *context, uint32_t index, const llmc_tensor *tensor);

/* Lets the next runs write output `index` to `data`, which holds `bytes` bytes. Null: back to
 * memory of the context, of which each run uses what no bound buffer lies in. The buffer must not overlap an input or
 * another output. Its size is checked by the run, when the shape is known. */
LLMC_EXPORT llmc_status llmc_context_bind_output(llmc_context *context, uint32_t index, void *data, uint64_t bytes);

/* The shape that output `index` has with the inputs now bound: fills dtype, rank, dims and the
 * bytes that it needs; data is null. `dims` is valid until an input is bound. LLMC_ERROR_NOT_READY
 * unless all inputs are bound. */
LLMC_EXPORT llmc_status llmc_context_output_shape(llmc_context *context, uint32_t index, llmc_tensor *tensor);

/* The number of the variant that runs with the inputs now bound, in the order of llmc_model_variant.
 * LLMC_ERROR_NOT_READY unless all inputs are bound. */
LLMC_EXPORT llmc_status llmc_context_variant(llmc_context *context, uint32_t *variant);

/* Sees what each kernel leaves behind, for tools that judge kernels one by one. The code that runs
 * is the same as without it. */
typedef struct llmc_observer {
  size_t size; /* sizeof(llmc_observer) */
  void *user;  /* handed to observe */
  /* Called by the thread that runs the model when kernel `kernel` (in the order of
   * llmc_model_kernel) has done all its work, before the next one begins. Not called for a kernel
   * that was cancelled or whose check failed. `view` is valid during the call only. */
  void (*observe)(void *user, uint32_t kernel, const llmc_kernel_view *view);
} llmc_observer;

/* What a kernel is that an observer is shown. */
typedef struct llmc_kernel_view_info {
  size_t size;     /* sizeof(llmc_kernel_view_info) */
  uint32_t kernel; /* its number, in the order of llmc_model_kernel */
  uint32_t result_count;
  const char *name;
  const char *nodes; /* the ONNX nodes it came from, comma-separated */
} llmc_kernel_view_info;

/* Fills *info. Like the next function only to be called by the observer that was given the view. */
LLMC_EXPORT llmc_status llmc_kernel_view_describe(const llmc_kernel_view *view, llmc_kernel_view_info *info);

/* Result `index` of the kernel, with its data where the kernel has written them: not to be written, and valid until the
 * observer returns, since a later kernel may reuse the place. The dtype of integers is the signed one. A state that the
 * context keeps has all positions that there is room for; nobody has written those behind the last. */
LLMC_EXPORT llmc_status llmc_kernel_view_result(const llmc_kernel_view *view, uint32_t index, llmc_tensor *tensor);

typedef struct llmc_run_options {
  size_t size;                   /* sizeof(llmc_run_options) */
  uint64_t deadline_ms;          /* not 0: the run ends with LLMC_ERROR_DEADLINE when it takes longer */
  int32_t profile;               /* not 0: measure each kernel; read by llmc_context_profile */
  const llmc_observer *observer; /* copied; null: none */
} llmc_run_options;

/* Runs the model once on what is bound. `options` may be null. Memory is asked for only where this
 * context never had a run as large. After LLMC_ERROR_CHECK_FAILED, _CANCELLED or _DEADLINE the
 * contents of the outputs are undefined; the next run works as usual. In a child made by fork()
 * runs use the calling thread alone. */
LLMC_EXPORT llmc_status llmc_context_run(llmc_context *context, const llmc_run_options *options);

/* Ends the run that is under way, soon: between two pieces of a kernel. Does nothing when there is
 * none. The only function that may be called while another thread is inside the context. */
LLMC_EXPORT void llmc_context_cancel(llmc_context *context);

/* Output `index` of the last run, with its data, in the user's buffer or in memory of the context.
 * Valid until the next run or trim, and as long as it is bound: it may be an input of the next run,
 * which writes its own outputs elsewhere. LLMC_ERROR_NOT_READY when the last run failed or anything
 * was bound since. */
LLMC_EXPORT llmc_status llmc_context_output(llmc_context *context, uint32_t index, llmc_tensor *tensor);

/* Gives the memory of past runs back, outputs included; the next run asks for it again. Bindings
 * stay, but for those to outputs in memory of the context. So do states. */
LLMC_EXPORT llmc_status llmc_context_trim(llmc_context *context);

/* What one kernel did in the last profiled run. */
typedef struct llmc_kernel_time {
  uint64_t calls;
  uint64_t nanoseconds; /* wall time of all calls, by the thread that runs the model */
} llmc_kernel_time;

/* Copies the times of the first `count` kernels, in the order of llmc_model_kernel.
 * LLMC_ERROR_NOT_READY when no run was profiled. */
LLMC_EXPORT llmc_status llmc_context_profile(llmc_context *context, llmc_kernel_time *times, uint32_t count);

/* The message of the last call on this context that failed: one line, names what was expected and
 * what was found. Empty when none failed. Valid until the next call that fails; not to be read
 * while another thread is inside. */
LLMC_EXPORT const char *llmc_context_message(const llmc_context *context);

/* ---- states --------------------------------------------------------------------------------
 *
 * Inputs and outputs of states may be bound as any others, apart from each other: then a run copies all that the input
 * holds. Or a context keeps the states: one memory is both, a run reads what is there, and stores what is new behind
 * it.
 *
 * Once room is reserved nothing is bound to inputs and outputs of states, and runs read and append to what the context
 * keeps, which is empty at first. A run that fails, or is ended, leaves all states as they were. The first run, and the
 * first after a reset, chooses all sizes but the lengths, such as that of a batch; LLMC_ERROR_SHAPE_MISMATCH in a later
 * one that has others. Memory is taken by that run and stays where it is, until more room is reserved. */

/* Lets the context keep all states of the model, with room for `capacity` positions in each. What they hold stays,
 * though it may be copied; LLMC_ERROR_INVALID_ARGUMENT where it is more than that. 0: the context keeps no states any
 * more, and its inputs must be bound. A run that needs more room fails with LLMC_ERROR_BUFFER_TOO_SMALL. */
LLMC_EXPORT llmc_status llmc_context_state_reserve(llmc_context *context, int64_t capacity);

/* Empties all states, in no time. Their memory stays. */
LLMC_EXPORT llmc_status llmc_context_state_reset(llmc_context *context);

/* Forgets what is behind the first `length` positions of each state, in no time. Shorter ones stay as they are. */
LLMC_EXPORT llmc_status llmc_context_state_truncate(llmc_context *context, int64_t length);

/* How many positions a state holds. */
LLMC_EXPORT llmc_status llmc_context_state_length(llmc_context *context, uint32_t state, int64_t *length);

/* The shape of what a state holds: fills dtype, rank, dims and the bytes that it needs; data is null. `dims` is valid
 * until the next call that fills or changes states. */
LLMC_EXPORT llmc_status llmc_context_state_shape(llmc_context *context, uint32_t state, llmc_tensor *tensor);

/* Copies what a state holds to `data`, which has room for `bytes` bytes, row-major: the output of the last run, without
 * the positions that have been forgotten since. */
LLMC_EXPORT llmc_status llmc_context_state_read(llmc_context *context, uint32_t state, void *data, uint64_t bytes);

/* ---- others -------------------------------------------------------------------------------- */

/* "out of memory" and the like; never null, "unknown status" for numbers of newer runtimes. */
LLMC_EXPORT const char *llmc_status_text(int status);

/* All functions above, for those who dlopen a model. New functions are appended; `size` tells how
 * many there are. */
typedef struct llmc_api {
  size_t size;
  uint32_t version;
  llmc_status (*model_open)(const llmc_model_options *options, llmc_model **model);
  void (*model_close)(llmc_model *model);
  llmc_status (*model_describe)(const llmc_model *model, llmc_model_info *info);
  llmc_status (*model_symbol)(const llmc_model *model, uint32_t index, llmc_symbol_info *info);
  llmc_status (*model_input)(const llmc_model *model, uint32_t index, llmc_tensor_info *info);
  llmc_status (*model_output)(const llmc_model *model, uint32_t index, llmc_tensor_info *info);
  llmc_status (*model_kernel)(const llmc_model *model, uint32_t index, llmc_kernel_info *info);
  llmc_status (*context_create)(llmc_model *model, const llmc_context_options *options, llmc_context **context);
  void (*context_destroy)(llmc_context *context);
  llmc_status (*context_bind_input)(llmc_context *context, uint32_t index, const llmc_tensor *tensor);
  llmc_status (*context_bind_output)(llmc_context *context, uint32_t index, void *data, uint64_t bytes);
  llmc_status (*context_output_shape)(llmc_context *context, uint32_t index, llmc_tensor *tensor);
  llmc_status (*context_run)(llmc_context *context, const llmc_run_options *options);
  void (*context_cancel)(llmc_context *context);
  llmc_status (*context_output)(llmc_context *context, uint32_t index, llmc_tensor *tensor);
  llmc_status (*context_trim)(llmc_context *context);
  llmc_status (*context_profile)(llmc_context *context, llmc_kernel_time *times, uint32_t count);
  const char *(*context_message)(const llmc_context *context);
  const char *(*status_text)(int status);
  llmc_status (*kernel_view_describe)(const llmc_kernel_view *view, llmc_kernel_view_info *info);
  llmc_status (*kernel_view_result)(const llmc_kernel_view *view, uint32_t index, llmc_tensor *tensor);
  llmc_status (*model_state)(const llmc_model *model, uint32_t index, llmc_state_info *info);
  llmc_status (*context_state_reserve)(llmc_context *context, int64_t capacity);
  llmc_status (*context_state_reset)(llmc_context *context);
  llmc_status (*context_state_truncate)(llmc_context *context, int64_t length);
  llmc_status (*context_state_length)(llmc_context *context, uint32_t state, int64_t *length);
  llmc_status (*context_state_shape)(llmc_context *context, uint32_t state, llmc_tensor *tensor);
  llmc_status (*context_state_read)(llmc_context *context, uint32_t state, void *data, uint64_t bytes);
  llmc_status (*model_variant)(const llmc_model *model, uint32_t index, llmc_variant_info *info);
  llmc_status (*context_variant)(llmc_context *context, uint32_t *variant);
} llmc_api;

/* The table for `version` (LLMC_API_VERSION of the caller's header), or null when this runtime does
 * not know it. */
LLMC_EXPORT const llmc_api *llmc_get_api(uint32_t version);

#ifdef __cplusplus
}
#endif
#endif
