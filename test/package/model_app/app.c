/* Names the two models that it is linked with, and the outputs of each. */
#include "classifier.h"
#include "embedded.h"
#include <stdio.h>

static int describe(const llmc_api *api) {
  char message[256] = "";
  llmc_model_options options = {.size = sizeof options, .message = message, .message_bytes = sizeof message};
  llmc_model_info info = {.size = sizeof info};
  llmc_model *model = NULL;
  if (api->model_open(&options, &model) != LLMC_OK || api->model_describe(model, &info) != LLMC_OK) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  printf("%s with code for %u levels:", info.name, info.version_count);
  for (uint32_t i = 0; i < info.output_count; ++i) {
    llmc_tensor_info output = {.size = sizeof output};
    api->model_output(model, i, &output);
    printf(" %s", output.name);
  }
  printf("\n");
  api->model_close(model);
  return 0;
}

int main(void) {
  return describe(classifier_llmc_get_api(LLMC_API_VERSION)) || describe(embedded_llmc_get_api(LLMC_API_VERSION));
}
