/* What applications do wrongly with the typed header: each call says so, none crashes.
 * usage: mistakes bert_tiny.so vit_tiny.so, beside their weights */
#include "bert_tiny.h"
#include <dlfcn.h>
#include <stdio.h>

static int failures = 0;

static void expect(llmc_status status, llmc_status wanted, const bert_tiny_session *session, const char *says) {
  const char *message = bert_tiny_message(session);
  if (status == wanted && (!says || strstr(message, says)))
    return;
  failures = 1;
  printf("status %d instead of %d, \"%s\" instead of \"%s\"\n", status, wanted, message, says ? says : "");
}

static const llmc_api *load(const char *library) {
  void *loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  const llmc_api *(*get_api)(uint32_t) = NULL;
  if (loaded)
    *(void **)&get_api = dlsym(loaded, "llmc_get_api");
  return get_api ? get_api(LLMC_API_VERSION) : NULL;
}

int main(int argc, char **argv) {
  int64_t ids[] = {1, 2, 3}, mask[] = {1, 1, 1}, types[] = {0, 0, 0};
  bert_tiny_inputs inputs = {ids, mask, types};
  bert_tiny_outputs outputs = {0};
  bert_tiny_session session, zeroed = {0}, other;
  llmc_context_options unsized = {0};
  const llmc_api *ours = argc > 2 ? load(argv[1]) : NULL, *theirs = argc > 2 ? load(argv[2]) : NULL;
  if (!ours || !theirs)
    return puts("can't load the libraries"), 1;

  expect(bert_tiny_open_api(&session, theirs, NULL, NULL), LLMC_ERROR_BAD_MODEL, &session,
         "another model than bert_tiny.h");
  expect(bert_tiny_open_api(&session, NULL, NULL, NULL), LLMC_ERROR_BAD_MODEL, &session, "another version");
  expect(bert_tiny_open_api(NULL, ours, NULL, NULL), LLMC_ERROR_INVALID_ARGUMENT, NULL, "null");
  expect(bert_tiny_run(&zeroed, &inputs, &outputs, 1, 3), LLMC_ERROR_NOT_READY, &zeroed, "not open");
  expect(bert_tiny_open_another(&other, &zeroed, NULL), LLMC_ERROR_INVALID_ARGUMENT, &other, "not open");

  unsized.threads = 1; /* its size is the header's business */
  expect(bert_tiny_open_api(&session, ours, NULL, &unsized), LLMC_OK, &session, NULL);
  expect(bert_tiny_run(NULL, &inputs, &outputs, 1, 3), LLMC_ERROR_INVALID_ARGUMENT, NULL, NULL);
  expect(bert_tiny_run(&session, NULL, &outputs, 1, 3), LLMC_ERROR_INVALID_ARGUMENT, &session, "null");
  expect(bert_tiny_run(&session, &inputs, NULL, 1, 3), LLMC_ERROR_INVALID_ARGUMENT, &session, "null");
  expect(bert_tiny_run(&session, &inputs, &outputs, 1, 3000), LLMC_ERROR_SHAPE_MISMATCH, &session, "at most 128");
  expect(bert_tiny_run(&session, &inputs, &outputs, 1, 3), LLMC_OK, &session, NULL);
  bert_tiny_close(&session);
  bert_tiny_close(&session);
  bert_tiny_close(NULL);
  expect(bert_tiny_run(&session, &inputs, &outputs, 1, 3), LLMC_ERROR_NOT_READY, &session, "not open");
  return failures;
}
