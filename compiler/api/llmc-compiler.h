/* The C API of the compiler: from an ONNX model to an artefact, or to one of the stages on the way. C99; link against
 * libllmc. What it makes is run through llmc/llmc.h and does not need this library.
 *
 * Every struct begins with its size. Set it to sizeof(the struct) and the rest to zero: zero always means "default".
 * Several threads may compile at once, each with options and a result of its own. No function ends the process, prints,
 * or throws.
 *
 * Files of the model may change while they are read: that is an error, and nothing is written. Where memory runs out,
 * the call ends with LLMC_COMPILE_NO_MEMORY and nothing is written either; what LLVM held at that moment is not given
 * back. MLIR does not check what malloc gives it, so where the process has a limit of its address space (RLIMIT_AS) the
 * call ends in time, when less than 192 MB of it are left. Where the system itself ends a process that takes too much
 * memory (cgroups, overcommit), no library can help.
 *
 * A forked child may compile, unless it was forked while another thread was compiling: there every call ends with
 * LLMC_COMPILE_USAGE at once. */
#ifndef LLMC_COMPILER_H
#define LLMC_COMPILER_H
#include "llmc/llmc.h"
#include <stddef.h>
#include <stdint.h>

#define LLMC_COMPILER_API_VERSION 1u

#define LLMC_COMPILER_EXPORT __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* How a compilation ended; up to LLMC_COMPILE_DIFFERS the numbers are the exit codes of the tool `llmc`. */
typedef enum llmc_compile_status {
  LLMC_COMPILE_OK = 0,
  LLMC_COMPILE_BROKEN = 1,    /* the model is damaged, or something could not be read or written */
  LLMC_COMPILE_USAGE = 2,     /* the options are wrong: an unknown CPU level, dim, pass, ... */
  LLMC_COMPILE_REFUSED = 3,   /* the model has nodes that can't be compiled; each is told */
  LLMC_COMPILE_DIFFERS = 4,   /* verify_numerics: a pass changes the results */
  LLMC_COMPILE_CANCELLED = 5, /* progress() asked for it */
  LLMC_COMPILE_NO_MEMORY = 6  /* memory, or the address space that the process may use, ran out */
} llmc_compile_status;

enum { LLMC_DIAGNOSTIC_ERROR = 1, LLMC_DIAGNOSTIC_NOTE = 2, LLMC_DIAGNOSTIC_WARNING = 3 };

/* A message. An error comes first, notes belong to it: one for each node that can't be compiled. A warning stands
 * alone, and the compilation goes on. */
typedef struct llmc_diagnostic {
  size_t size;
  int32_t severity;    /* LLMC_DIAGNOSTIC_... */
  const char *message; /* one line, UTF-8, ends in what to try; valid during the call */
} llmc_diagnostic;

/* A value for an input of the model. */
typedef struct llmc_compile_input {
  size_t size;
  const char *name;
  const llmc_tensor *tensor; /* must stay until the call returns, as its data must */
} llmc_compile_input;

/* What the artefact is made of, to be combined. */
enum {
  LLMC_FORM_SO = 1,    /* NAME.so: to be loaded, or linked against */
  LLMC_FORM_A = 2,     /* NAME.a: to be linked in; all symbols begin with the model's name */
  LLMC_FORM_HEADER = 4 /* NAME.h: typed entry points of this very model */
};

/* Where the weights go. */
enum {
  LLMC_WEIGHTS_INSIDE = 1, /* into NAME.so and NAME.a */
  LLMC_WEIGHTS_FILE = 2    /* NAME-DIGEST.weights, which several libraries can share */
};

/* How far a compilation is. */
typedef struct llmc_compile_progress {
  size_t size;
  const char *phase; /* "calibration", where there are data for it, "import", "passes", "code", "weights", "link"; valid
                        during the call */
  uint32_t number;   /* of the phase, from 1 on; */
  uint32_t count;    /* the last one's */
  double share;      /* of the phase: 0 when it begins; moves towards 1 during "code", which takes longest */
} llmc_compile_progress;

typedef struct llmc_compile_options {
  size_t size;
  const char *name;          /* of the artefact; null: that of the file, or of its folder where the file is "model" */
  const char *cpu;           /* levels of code, "native" or "x86-64-v3,x86-64-v4"; null: all that the target has */
  const char *target_triple; /* "aarch64-linux-gnu"; null: this machine's */
  uint32_t forms;            /* LLMC_FORM_...; 0: NAME.so and NAME.h */
  int32_t weights;           /* LLMC_WEIGHTS_...; 0: inside */
  /* What is known of dims: "batch=1", "seq=1..512"; "seq=1,128" gives these sizes code of their own. */
  const char *const *dims;
  uint32_t dim_count;
  const char *pipeline;       /* passes in MLIR's textual form; null: the default pipeline */
  const char *const *plugins; /* files of plugins */
  uint32_t plugin_count;
  uint32_t threads; /* of the compiler; 0: all that the process may use. The result does not depend on it */
  /* Stop at a stage and give its text (or object code) as the result's code instead of writing an artefact: "import",
   * "ir", "kernels", "llvm", "asm" or "obj". Null: the artefact. */
  const char *stage;
  /* Not 0: let the reference run the model on `inputs` before the passes; the result tells what it gave. All inputs of
   * the model must be among them. */
  const llmc_compile_input *inputs; /* an array, all of the size that the first one says */
  uint32_t input_count;
  int32_t verify_numerics; /* not 0: judge each pass on these inputs, and stop where one changes the results */
  void *user;              /* handed to the functions below */
  /* Hears of errors. May be null. Called by the thread that compiles. */
  void (*diagnose)(void *user, const llmc_diagnostic *diagnostic);
  /* Hears how far the compilation is when a phase begins and where its share moves, and is asked, with null, at many
   * points in between. A result other than 0 cancels: the call soon ends with LLMC_COMPILE_CANCELLED, and nothing is
   * written. May be null. Called by any thread, one at a time. */
  int32_t (*progress)(void *user, const llmc_compile_progress *progress);
  /* Not 0: NAME.so and NAME.a tell profilers and debuggers which node of the model a piece of code comes from, as a
   * line of NAME.nodes.txt, a file of the artefact. The code is the same. */
  int32_t debug_lines;
  int32_t reserved; /* 0 */
  /* A file that says how loops of kernels are built: the manifest.json of an earlier compilation of the model, which
   * may have been edited. Null: the compiler chooses. */
  const char *decisions;
  /* Not 0: the model is refused where weights, intermediate results and outputs take more bytes at its largest sizes;
   * the message tells how many would do. */
  uint64_t max_memory;
  /* Which products of weights become products of bf16 ("bf16") or bytes ("int8", or "int8-static" by what `calibration`
   * tells), or of bytes and codes of 4 bits ("int4"), or keep their weights in 8 or 4 bits ("int8-weights",
   * "int4-weights", "nf4-weights", "fp8-weights"; "int4-weights/64-symmetric" has blocks of 64 without zeros): for all,
   * or rules PATTERN=int8 and PATTERN=float for the names of nodes, separated by commas, of which the last that matches
   * counts. "caches=int8" ("fp16", "bf16"), and PATTERN:caches=float for names of inputs, change what decoders keep of
   * the past, and the types of these inputs and outputs. Null: none. Results differ by rounding. */
  const char *quantize;
  /* What the model does without: "channels=0.5" takes half of the hidden channels out of each feed-forward,
   * "heads=0.25" a quarter of the heads out of each attention, "layers=2" or "layers=0.25" whole layers, "blocks=0.75"
   * three quarters of the numbers out of each weight that is multiplied, in blocks, and "weights=0.5" or "weights=2:4"
   * one by one; those that count least by their weights, or on `calibration`, which layers need. "zeros" leaves out
   * blocks that are zero already. Or rules PATTERN:channels=0.5, PATTERN:channels=keep and PATTERN:layers=drop for the
   * names of nodes, separated by commas, of which the last that matches counts. Null: nothing. Results differ. */
  const char *prune;
  /* Values for all inputs of the model, as it meets them when it is used: weights of 8 and 4 bits are rounded
   * so that products of these change least, and what `prune` leaves makes up for what it takes. The model is
   * compiled for this machine, and runs on them, in this process. Null: each number is rounded by itself. An accuracy
   * budget is judged by them. */
  const llmc_compile_input *calibration; /* an array, all of the size that the first one says */
  uint32_t calibration_count;
  int32_t reserved2; /* 0 */
  /* Of products of weights that `quantize` does not name: "bf16" rounds both sides to 16 bits, in which weights are
   * then stored, and sums in 32; "fp16" rounds the weights alone. Null or "f32": they stay as they are. */
  const char *precision;
  /* How near results have to stay to those of the model of floats, on `calibration`: "cosine>=0.995", "error<=0.5%" or
   * another bound that the guide tells. What costs most accuracy for what it saves of that which `quantize` and
   * `precision` name stays floats; the result's facts and the manifest tell the rules. "auto" as precision is "bf16"
   * within this budget. Null: all that is named becomes narrow. */
  const char *accuracy_budget;
  const char *accuracy_mask; /* an input: positions of outputs where it is 0 don't count, for the budget and the report;
                                null: all do */
  /* A file to write that tells what became of each layer, FILE.html, FILE.md or FILE.json: precision, bytes, and with
   * `calibration` or `inputs`, on which the model then runs in this process, errors and times. The artefact does not
   * depend on it. Null: none. */
  const char *report;
} llmc_compile_options;

typedef struct llmc_compile_result llmc_compile_result;

/* Compiles the model at `model_path` (.onnx, or .mlir in the textual form of a stage) and writes the artefact into the
 * folder `output`: all of its files, or none. Whoever reads or loads it meanwhile gets the former artefact or this one,
 * whole. A folder holds one compiled model: the files of the artefact that was there before, as its manifest lists
 * them, are replaced or removed; the folder itself and all else in it are not touched. `output` is ignored, and may be
 * null, where options->stage is set. `options` may be null. On success *result, unless `result` is null, is to be given
 * to llmc_compile_result_free; on failure it is null. */
LLMC_COMPILER_EXPORT llmc_compile_status llmc_compile_file(const char *model_path, const char *output,
                                                           const llmc_compile_options *options,
                                                           llmc_compile_result **result);

/* The same for a model of `bytes` bytes in memory, which are not copied. Its external data, if it has any, lies in
 * `model_folder`, which may be null. options->name must be set; messages name the model by it. */
LLMC_COMPILER_EXPORT llmc_compile_status llmc_compile_memory(const void *model, size_t bytes, const char *model_folder,
                                                             const char *output, const llmc_compile_options *options,
                                                             llmc_compile_result **result);

/* What was made, as one JSON object: name, files, levels of code, kernels, what was recognised, memory, weights. Null
 * where a stage was asked for. */
LLMC_COMPILER_EXPORT const char *llmc_compile_result_facts(const llmc_compile_result *result);

/* The code of the stage that was asked for; *bytes is 0 where an artefact was written. */
LLMC_COMPILER_EXPORT const void *llmc_compile_result_code(const llmc_compile_result *result, size_t *bytes);

/* What the outputs should be for options->inputs. */
typedef struct llmc_expected_output {
  size_t size;
  const char *name;
  const llmc_tensor *tensor; /* of the result, and valid as long */
  double absolute, relative; /* a compiled value may be off by absolute + relative * |this one| */
} llmc_expected_output;

/* Fills *output for output `index`; LLMC_ERROR_INVALID_ARGUMENT where there is none, or where no inputs were given. */
LLMC_COMPILER_EXPORT llmc_status llmc_compile_result_expected(const llmc_compile_result *result, uint32_t index,
                                                              llmc_expected_output *output);

/* Gives a result back, with all that it told. Null is fine. */
LLMC_COMPILER_EXPORT void llmc_compile_result_free(llmc_compile_result *result);

/* "llmc 0.1.0 (LLVM 22.1.8)": of the library. */
LLMC_COMPILER_EXPORT const char *llmc_compiler_version(void);

#ifdef __cplusplus
}
#endif
#endif
