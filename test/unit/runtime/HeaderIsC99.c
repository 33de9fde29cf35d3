/* The public header must serve C programs: this file is compiled as strict C99. */
#include "llmc/llmc.h"

int llmc_header_is_c99(void);
int llmc_header_is_c99(void) {
  llmc_model_options options = {sizeof options};
  return options.size == sizeof(llmc_model_options) && LLMC_OK == 0;
}
