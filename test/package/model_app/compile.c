/* Compiles the model that it is given, through the compiler's C API, and tells what became of it. */
#include "llmc/llmc-compiler.h"
#include <stdio.h>

static void complain(void *user, const llmc_diagnostic *diagnostic) {
  (void)user;
  fprintf(stderr, "%s\n", diagnostic->message);
}

int main(int argc, char **argv) {
  llmc_compile_options options = {.size = sizeof options, .cpu = "x86-64-v3", .stage = "ir", .diagnose = complain};
  llmc_compile_result *result = NULL;
  size_t bytes = 0;
  if (argc != 2 || llmc_compile_file(argv[1], NULL, &options, &result) != LLMC_COMPILE_OK)
    return 1;
  llmc_compile_result_code(result, &bytes);
  printf("%s gave %s\n", llmc_compiler_version(), bytes > 1000 ? "IR" : "nothing");
  llmc_compile_result_free(result);
  return 0;
}
