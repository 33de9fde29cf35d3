#include "compiler/api/llmc-compiler.h"

/* Structs that an application fills begin with their size. */
llmc_compile_options llmc_options_of_c_code(void) {
  llmc_compile_options options = {0};
  options.size = sizeof(options);
  return options;
}
