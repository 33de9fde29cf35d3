/* Loads a compiled model and runs it on raw tensors; usage: runner LIBRARY FOLDER...
 * A folder holds in.0, in.1, ... and their sizes as text in in.0.dims, ...; out.0, ... and out.0.dims are written.
 * Behind each input lies a page that nobody may touch. */
#include "llmc/llmc.h"
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static FILE *open_file(const char *folder, const char *kind, uint32_t index, const char *end, const char *mode) {
  char path[4096];
  FILE *file;
  snprintf(path, sizeof path, "%s/%s.%u%s", folder, kind, index, end);
  file = fopen(path, mode);
  if (!file) {
    fprintf(stderr, "can't open %s\n", path);
    exit(2);
  }
  return file;
}

static void *read_data(FILE *file, uint64_t *bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), inside;
  char *data;
  fseek(file, 0, SEEK_END);
  *bytes = (uint64_t)ftell(file);
  rewind(file);
  inside = ((size_t)*bytes + page - 1) / page * page;
  data = mmap(NULL, inside + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED || mprotect(data + inside, page, PROT_NONE) != 0)
    exit(2);
  data += inside - (size_t)*bytes;
  if (fread(data, 1, (size_t)*bytes, file) != *bytes)
    exit(2);
  fclose(file);
  return data;
}

static llmc_status bind_input(const llmc_api *api, llmc_context *context, uint32_t index, uint32_t dtype, uint32_t rank,
                              const char *folder) {
  int64_t dims[16];
  uint32_t axis;
  llmc_tensor tensor;
  FILE *text = open_file(folder, "in", index, ".dims", "r");
  memset(&tensor, 0, sizeof tensor);
  tensor.size = sizeof tensor;
  for (axis = 0; axis < rank && axis < 16; ++axis)
    if (fscanf(text, "%" SCNd64, &dims[axis]) != 1)
      exit(2);
  fclose(text);
  tensor.dtype = dtype;
  tensor.rank = rank;
  tensor.dims = dims;
  tensor.data = read_data(open_file(folder, "in", index, "", "rb"), &tensor.bytes);
  return api->context_bind_input(context, index, &tensor);
}

static void write_output(const llmc_tensor *tensor, uint32_t index, uint64_t bytes, const char *folder) {
  FILE *data = open_file(folder, "out", index, "", "wb"), *text = open_file(folder, "out", index, ".dims", "w");
  uint32_t axis;
  for (axis = 0; axis < tensor->rank; ++axis)
    fprintf(text, "%" PRId64 " ", tensor->dims[axis]);
  fwrite(tensor->data, 1, (size_t)bytes, data);
  fclose(data);
  fclose(text);
}

static llmc_status run(const llmc_api *api, llmc_model *model, llmc_context *context, const char *folder) {
  llmc_model_info info;
  llmc_tensor_info declared;
  llmc_tensor tensor;
  llmc_status status;
  uint32_t i;
  memset(&info, 0, sizeof info);
  memset(&declared, 0, sizeof declared);
  memset(&tensor, 0, sizeof tensor);
  info.size = sizeof info;
  declared.size = sizeof declared;
  tensor.size = sizeof tensor;
  status = api->model_describe(model, &info);
  for (i = 0; i < info.input_count && status == LLMC_OK; ++i)
    if ((status = api->model_input(model, i, &declared)) == LLMC_OK)
      status = bind_input(api, context, i, declared.dtype, declared.rank, folder);
  if (status == LLMC_OK)
    status = api->context_run(context, NULL);
  for (i = 0; i < info.output_count && status == LLMC_OK; ++i) {
    uint64_t bytes;
    status = api->context_output_shape(context, i, &tensor);
    bytes = tensor.bytes;
    if (status == LLMC_OK && (status = api->context_output(context, i, &tensor)) == LLMC_OK)
      write_output(&tensor, i, bytes, folder);
  }
  return status;
}

int main(int argc, char **argv) {
  typedef const llmc_api *(*get_api)(uint32_t);
  void *library = argc > 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  get_api get;
  const llmc_api *api;
  llmc_model *model;
  llmc_model_options options;
  char message[512] = "";
  int i;
  if (!library) {
    fprintf(stderr, "%s\n", argc > 2 ? dlerror() : "usage: runner LIBRARY FOLDER...");
    return 2;
  }
  *(void **)&get = dlsym(library, "llmc_get_api");
  api = get(LLMC_API_VERSION);
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.message = message;
  options.message_bytes = sizeof message;
  if (api->model_open(&options, &model) != LLMC_OK) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  for (i = 2; i < argc; ++i) {
    llmc_context *context = NULL;
    if (api->context_create(model, NULL, &context) != LLMC_OK || run(api, model, context, argv[i]) != LLMC_OK) {
      fprintf(stderr, "%s\n", context ? api->context_message(context) : "no context");
      return 1;
    }
    api->context_destroy(context);
  }
  api->model_close(model);
  return 0;
}
