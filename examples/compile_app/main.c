/* Compiles the model that it is given, as long as that takes no more than some seconds, and prints what was made. */
#include "llmc/llmc-compiler.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// [callbacks]
static void complain(void *user, const llmc_diagnostic *diagnostic) {
  (void)user;
  fprintf(stderr, "%s: %s\n", diagnostic->severity == LLMC_DIAGNOSTIC_ERROR ? "error" : "  note", diagnostic->message);
}

/* Says which phase begins, and whether time is up: not 0 cancels. */
static int32_t report(void *user, const llmc_compile_progress *progress) {
  const time_t *end = user;
  if (progress && progress->share == 0)
    fprintf(stderr, "%u of %u: %s ...\n", progress->number, progress->count, progress->phase);
  return time(NULL) >= *end;
}
// [callbacks]

// [compile]
static llmc_compile_status compile(const char *model, const char *folder, long seconds) {
  time_t end = time(NULL) + seconds;
  llmc_compile_options options = {.size = sizeof options,
                                  .forms = LLMC_FORM_A | LLMC_FORM_HEADER,
                                  .user = &end,
                                  .diagnose = complain,
                                  .progress = report};
  llmc_compile_result *result = NULL;
  llmc_compile_status status = llmc_compile_file(model, folder, &options, &result);
  if (status == LLMC_COMPILE_OK)
    printf("%s\n", llmc_compile_result_facts(result));
  llmc_compile_result_free(result);
  return status;
}
// [compile]

int main(int argc, char **argv) {
  if (argc < 3 || argc > 4) {
    fprintf(stderr, "usage: compile_app MODEL.onnx FOLDER [SECONDS]     with %s\n", llmc_compiler_version());
    return LLMC_COMPILE_USAGE;
  }
  return compile(argv[1], argv[2], argc > 3 ? strtol(argv[3], NULL, 10) : 60);
}
