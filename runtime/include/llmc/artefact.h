/* The layout that compiled code and runtime share. The compiler writes these structures into each artefact, the runtime
 * reads them; nothing else passes between the two. Plain C, no includes but stdint and a table.
 *
 * It is no part of the public interface and is not installed: each artefact carries its own runtime, so both sides of
 * the layout are always of one build. A change here raises LLMC_IMAGE_VERSION; the runtime refuses images of a version
 * that it does not know. */
#ifndef LLMC_ARTEFACT_H
#define LLMC_ARTEFACT_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LLMC_IMAGE_MAGIC 0x434d4c4cu /* "LLMC" */
#define LLMC_IMAGE_VERSION 3u

/* What a version of the code requires of the CPU; bits of llmc_image.cpu_features. */
enum {
#define LLMC_CPU_FEATURE_X86(name, bit, ...) LLMC_CPU_##name = 1u << bit,
#define LLMC_CPU_FEATURE_AARCH64(name, bit, ...) LLMC_CPU_##name = 1u << bit,
#include "llmc/cpu_features.def"
};

/* A dim symbol and the values that it may take. */
typedef struct llmc_image_symbol {
  const char *name;
  int64_t least, most; /* most is INT64_MAX where nothing bounds it */
} llmc_image_symbol;

/* An input or output of the model. */
typedef struct llmc_image_tensor {
  const char *name;
  uint32_t dtype; /* LLMC_DTYPE_... of dtype.h */
  uint32_t rank;
  const int64_t *dims;          /* rank sizes; -1 where it depends on symbols */
  const char *const *dim_texts; /* rank texts: "batch", "past + seq", "64" */
} llmc_image_tensor;

/* An output that is an input with new positions behind, along `axis`. A context may keep both in one memory with room
 * for `capacity` positions: rows of the output are then so far apart, and the input is where its first positions lie.
 */
typedef struct llmc_image_state {
  uint32_t input, output, axis;
} llmc_image_state;

/* A condition that is checked once per run (or, for indices, inside a kernel). In `text`, {0} and {1} stand for the two
 * values that failed; `node` is the ONNX node or model input that the condition belongs to. */
typedef struct llmc_image_check {
  const char *text;
  const char *node;
} llmc_image_check;

/* What a kernel writes: where it lies and how large it is, in words that bind() leaves. */
typedef struct llmc_image_result {
  uint32_t dtype; /* LLMC_DTYPE_...; integers count as signed, since kernels don't tell them apart */
  uint32_t rank;
  uint32_t dims;   /* the first of the `rank` words that hold its sizes */
  int32_t output;  /* the output that it is; -1: it lies in the arena */
  uint32_t offset; /* the word that holds its offset in the arena, where it lies there */
} llmc_image_result;

/* A kernel, for profiles, reports and observers. */
typedef struct llmc_image_kernel {
  const char *name;
  const char *nodes; /* the ONNX nodes it came from, comma-separated */
  uint32_t result_count;
  const llmc_image_result *results;
} llmc_image_kernel;

/* Does the tasks begin..end-1 of one kernel call. `scratch` is memory that no other call has at the same time, aligned
 * to 64 bytes, as large as bind() announced. */
typedef void (*llmc_task)(const void *args, int64_t begin, int64_t end, void *scratch);

/* What one run sees. The runtime fills it, compiled code reads it. */
typedef struct llmc_frame {
  const void *const *inputs; /* input_count buffers */
  void *const *outputs;      /* output_count buffers, each of the size that bind() announced */
  uint8_t *arena;            /* aligned to 64 bytes, as large as bind() announced */
  const uint8_t *weights;    /* aligned to 64 bytes at least */
  const int64_t *words;      /* word_count words, written by bind() */
  int64_t *failure;          /* 3 words, all 0 at first; a kernel stores 1 + check index, then the two values */
  /* Does tasks 0..tasks-1 by `task`, on as many threads as the runtime likes; returns when all are done. A non-zero
   * return means "cancelled": run() then returns at once with LLMC_RUN_CANCELLED. */
  int32_t (*parallel)(const struct llmc_frame *frame, uint32_t kernel, llmc_task task, const void *args, int64_t tasks);
  void *runtime; /* the runtime's own */
} llmc_frame;

enum { LLMC_RUN_OK = 0, LLMC_RUN_CANCELLED = -1 };

/* What a run needs besides inputs, outputs and weights. */
typedef struct llmc_image_memory {
  uint64_t arena_bytes;
  uint64_t scratch_bytes; /* of each thread that does tasks; a multiple of 64 */
} llmc_image_memory;

/* The code of a model for some sizes. */
typedef struct llmc_image_variant {
  const char *dims;                    /* "batch=1, seq=128": those that it is for; empty: all that the model takes */
  uint32_t first_kernel, kernel_count; /* the part of `kernels` that it runs, in this order */
  /* From the sizes of all inputs (all dims of input 0, then of input 1, ...) computes the words, the sizes of all
   * outputs in the same form and the sizes of memory. `capacity` is 0, or how many positions there is room for in the
   * states that the context keeps; of the sizes of their inputs only that along `axis` is read then. Returns 0, or 1 +
   * the index of the check that failed, with its values: so also for sizes that this variant is not for. */
  int32_t (*bind)(const int64_t *input_dims, int64_t capacity, int64_t *words, int64_t *output_dims,
                  llmc_image_memory *memory, int64_t values[2]);
  /* Runs the model once: LLMC_RUN_OK or LLMC_RUN_CANCELLED. frame->failure tells of failed checks inside kernels. */
  int32_t (*run)(const llmc_frame *frame);
} llmc_image_variant;

/* A model as it was compiled for one CPU level. */
typedef struct llmc_image {
  uint32_t magic, version;
  uint64_t cpu_features; /* all of these bits must be there */
  const char *name;      /* the model's name */
  const char *compiler;  /* "llmc 0.1.0" */
  const char *cpu;       /* "x86-64-v3", for messages */
  uint32_t symbol_count, input_count, output_count, check_count, kernel_count, state_count;
  uint32_t word_count; /* that bind() leaves for run(), at most */
  uint32_t variant_count;
  const llmc_image_symbol *symbols;
  const llmc_image_tensor *inputs, *outputs;
  const llmc_image_check *checks;
  const llmc_image_kernel *kernels;
  const llmc_image_state *states;
  uint64_t weights_bytes;          /* size of the payload: the weights file without its header */
  uint64_t weights_digest;         /* XXH64 with seed 0 of the payload; the file's header repeats it */
  const uint8_t *embedded_weights; /* the payload when it is part of the object, else null */
  /* The first takes all sizes that the model takes, the others only some; a run belongs to the last that takes its
   * sizes. */
  const llmc_image_variant *variants;
} llmc_image;

/* The only symbol that compiled code offers to the runtime: one model for several CPU levels, best last. */
struct llmc_image_table {
  uint32_t count;
  const llmc_image *const *images;
};
extern const struct llmc_image_table llmc_model_images;

/* NAME-DIGEST.weights: this header, zeros up to LLMC_WEIGHTS_PAYLOAD, then the payload. Little-endian. */
#define LLMC_WEIGHTS_MAGIC 0x5354474957434d4cull /* "LMCWIGTS" in memory */
#define LLMC_WEIGHTS_VERSION 1u
#define LLMC_WEIGHTS_PAYLOAD 4096u
typedef struct llmc_weights_header {
  uint64_t magic;
  uint32_t version;
  uint32_t payload_offset; /* LLMC_WEIGHTS_PAYLOAD */
  uint64_t payload_bytes;
  uint64_t digest; /* XXH64 with seed 0 of the payload */
} llmc_weights_header;

#ifdef __cplusplus
}
#endif
#endif
