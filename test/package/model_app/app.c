/* Names the model that it is linked with, and its outputs. */
#include "llmc/llmc.h"
#include <stdio.h>

int main(void) {
  char message[256] = "";
  llmc_model_options options = {.size = sizeof options, .message = message, .message_bytes = sizeof message};
  llmc_model_info info = {.size = sizeof info};
  llmc_model *model = NULL;
  if (llmc_model_open(&options, &model) != LLMC_OK || llmc_model_describe(model, &info) != LLMC_OK) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  printf("%s for %s:", info.name, info.cpu);
  for (uint32_t i = 0; i < info.output_count; ++i) {
    llmc_tensor_info output = {.size = sizeof output};
    llmc_model_output(model, i, &output);
    printf(" %s", output.name);
  }
  printf("\n");
  llmc_model_close(model);
  return 0;
}
