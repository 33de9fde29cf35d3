/* Loads bert_tiny.so by a path, changes the directory, then opens the model; usage: plugin_host LIBRARY FOLDER */
#include "bert_tiny.h"
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  typedef const llmc_api *(*get_api)(uint32_t);
  void *library = argc == 3 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  bert_tiny_session session;
  get_api get;
  if (!library || chdir(argv[2]) != 0)
    return 2;
  *(void **)&get = dlsym(library, "llmc_get_api");
  if (bert_tiny_open_api(&session, get(LLMC_API_VERSION), NULL, NULL) != LLMC_OK) {
    fprintf(stderr, "%s\n", bert_tiny_message(&session));
    return 1;
  }
  bert_tiny_close(&session);
  return 0;
}
