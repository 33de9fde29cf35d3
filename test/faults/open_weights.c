/* Opens a model with each of the weights files named, and digests them; usage: open_weights LIBRARY FILE...
 * Each file gets a child of its own and a line: "open", "refused: MESSAGE", or "died". */
#include "llmc/llmc.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void open_one(const llmc_api *api, const char *file) {
  char message[512] = "";
  llmc_model *model = NULL;
  llmc_model_options options;
  llmc_status status;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.weights_path = file;
  options.verify_digest = 1;
  options.message = message;
  options.message_bytes = sizeof message;
  status = api->model_open(&options, &model);
  if (status == LLMC_OK)
    puts("open");
  else
    printf("refused: %s\n", message);
  api->model_close(model);
  fflush(stdout);
}

int main(int argc, char **argv) {
  const llmc_api *(*get_api)(uint32_t);
  const llmc_api *api;
  int i;
  void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (!library)
    return 2;
  *(void **)&get_api = dlsym(library, "llmc_get_api");
  api = get_api(LLMC_API_VERSION);
  for (i = 2; i < argc; ++i) {
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
      open_one(api, argv[i]);
      _exit(0);
    }
    if (waitpid(child, &status, 0) != child || status != 0)
      puts("died");
    fflush(stdout);
  }
  return 0;
}
