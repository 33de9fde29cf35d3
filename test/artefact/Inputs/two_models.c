/* Two models in one program, through their typed entry points; usage: two_models BATCH LENGTH HEIGHT WIDTH
 * Reads raw tensors from files of the working directory, and writes the outputs there. */
#include "bert_tiny.h"
#include "vit_tiny.h"
#include <stdio.h>
#include <stdlib.h>

static void *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  long bytes;
  void *data;
  if (!file)
    exit(2);
  fseek(file, 0, SEEK_END);
  bytes = ftell(file);
  rewind(file);
  data = malloc((size_t)bytes + 1);
  if (!data || fread(data, 1, (size_t)bytes, file) != (size_t)bytes)
    exit(2);
  fclose(file);
  return data;
}

static void write_file(const char *path, const float *data, const int64_t *dims, int rank) {
  FILE *file = fopen(path, "wb");
  size_t count = 1;
  int axis;
  for (axis = 0; axis < rank; ++axis)
    count *= (size_t)dims[axis];
  if (!file || fwrite(data, sizeof *data, count, file) != count || fclose(file) != 0)
    exit(2);
}

static int run_bert(int64_t batch, int64_t length) {
  bert_tiny_session session, other;
  bert_tiny_outputs outputs = {0}, mine = {0};
  bert_tiny_inputs inputs;
  int64_t element, count = batch * length * 128;
  float *buffer = (float *)malloc((size_t)count * sizeof(float));
  inputs.input_ids = (const int64_t *)read_file("input_ids");
  inputs.attention_mask = (const int64_t *)read_file("attention_mask");
  inputs.token_type_ids = (const int64_t *)read_file("token_type_ids");
  mine.last_hidden_state_buffer = buffer;
  if (bert_tiny_open(&session, NULL, NULL) != LLMC_OK ||
      bert_tiny_run(&session, &inputs, &outputs, batch, length) != LLMC_OK) {
    fprintf(stderr, "bert_tiny: %s\n", bert_tiny_message(&session));
    return 1;
  }
  write_file("last_hidden_state", outputs.last_hidden_state, outputs.last_hidden_state_dims, 3);
  if (bert_tiny_run(&session, &inputs, &outputs, batch, -1) != LLMC_ERROR_SHAPE_MISMATCH || outputs.last_hidden_state)
    return 3;
  /* A second session outlives the first one, and writes to our memory. */
  if (bert_tiny_open_another(&other, &session, NULL) != LLMC_OK)
    return 4;
  bert_tiny_close(&session);
  if (bert_tiny_run(&other, &inputs, &mine, batch, length) != LLMC_OK || mine.last_hidden_state != buffer)
    return 5;
  write_file("last_hidden_state.again", buffer, mine.last_hidden_state_dims, 3);
  for (element = 0; element < count; ++element)
    if (buffer[element] != buffer[element])
      return 6;
  bert_tiny_close(&other);
  bert_tiny_close(&other);
  return 0;
}

static int run_vit(int64_t batch, int64_t height, int64_t width) {
  vit_tiny_session session;
  vit_tiny_outputs outputs = {0};
  vit_tiny_inputs inputs;
  inputs.pixel_values = (const float *)read_file("pixel_values");
  if (vit_tiny_open(&session, NULL, NULL) != LLMC_OK ||
      vit_tiny_run(&session, &inputs, &outputs, batch, 3, height, width) != LLMC_OK) {
    fprintf(stderr, "vit_tiny: %s\n", vit_tiny_message(&session));
    return 1;
  }
  write_file("logits", outputs.logits, outputs.logits_dims, 2);
  vit_tiny_close(&session);
  return 0;
}

int main(int argc, char **argv) {
  int64_t sizes[5];
  int i, failed;
  for (i = 0; i < 5; ++i)
    sizes[i] = argc == 6 ? atoll(argv[i + 1]) : 0;
  failed = run_bert(sizes[0], sizes[1]);
  return failed ? failed : run_vit(sizes[2], sizes[3], sizes[4]);
}
