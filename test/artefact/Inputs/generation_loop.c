/* A generation loop in its shortest form: the caches that one run gives are inputs of the next, where they lie in
 * memory of the session. Each step's logits are those of a session whose caches lie in buffers of the program, and of
 * one that keeps them as states. */
#include "llama.h"
#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 40, HEADS = 2, WIDTH = 32, CACHE = HEADS * STEPS * WIDTH };

static llama_session inside, apart, kept;
static uint16_t buffers[2][4][CACHE];

static int fail(const char *what, const llama_session *session) {
  fprintf(stderr, "%s: %s\n", what, llama_message(session));
  return 1;
}

static void take_caches(llama_inputs *inputs, const llama_outputs *outputs) {
  inputs->past_key_values_0_key = outputs->present_0_key;
  inputs->past_key_values_0_value = outputs->present_0_value;
  inputs->past_key_values_1_key = outputs->present_1_key;
  inputs->past_key_values_1_value = outputs->present_1_value;
}

static void set_buffers(llama_outputs *outputs, uint16_t (*buffer)[CACHE]) {
  outputs->present_0_key_buffer = buffer[0];
  outputs->present_0_value_buffer = buffer[1];
  outputs->present_1_key_buffer = buffer[2];
  outputs->present_1_value_buffer = buffer[3];
}

/* What the session does not have must be said: caches of two runs ago would be written over. */
static int refuses_caches_of_two_runs(llama_inputs *inputs, const llama_outputs *older, int64_t past) {
  llama_outputs outputs = {0};
  inputs->past_key_values_0_key = older->present_0_key;
  return llama_run(&inside, inputs, &outputs, 1, 1, past) == LLMC_ERROR_INVALID_ARGUMENT;
}

/* The session says what is kept; nothing is passed on. */
static int step_in_place(const llama_inputs *step, const llama_outputs *wanted) {
  llama_inputs inputs = {0};
  llama_outputs outputs = {0};
  inputs.input_ids = step->input_ids;
  inputs.attention_mask = step->attention_mask;
  inputs.position_ids = step->position_ids;
  if (llama_run(&kept, &inputs, &outputs, 1, 1, llama_length(&kept)) != LLMC_OK)
    return fail("states", &kept);
  if (outputs.present_1_value || memcmp(outputs.logits, wanted->logits, 2 * (size_t)outputs.logits_dims[2]) != 0) {
    fprintf(stderr, "position %d: other logits in place\n", (int)*step->position_ids);
    return 1;
  }
  return 0;
}

/* What states do not do must be said, and leave them as they were. */
static int refuses_mistakes(const llama_inputs *step, const llama_outputs *other) {
  llama_inputs inputs = *step;
  llama_outputs outputs = {0};
  int64_t length = llama_length(&kept);
  inputs.past_key_values_0_key = NULL;
  inputs.past_key_values_0_value = inputs.past_key_values_1_key = inputs.past_key_values_1_value = NULL;
  if (llama_run(&kept, &inputs, &outputs, 1, 1, length) != LLMC_ERROR_BUFFER_TOO_SMALL)
    return 0;
  inputs.past_key_values_0_key = other->present_0_key;
  if (llama_run(&kept, &inputs, &outputs, 1, 1, length) != LLMC_ERROR_INVALID_ARGUMENT)
    return 0;
  return llama_length(&kept) == length && llama_truncate(&kept, 3) == LLMC_OK && llama_length(&kept) == 3 &&
         llama_reset(&kept) == LLMC_OK && llama_length(&kept) == 0 && llama_reserve(&kept, 0) == LLMC_OK &&
         llama_length(&kept) == -1;
}

int main(void) {
  int64_t mask[STEPS + 1], token, position;
  llama_inputs inputs = {0}, wanted_inputs;
  llama_outputs outputs = {0}, wanted = {0}, older = {0};
  if (llama_open(&inside, NULL, NULL) != LLMC_OK || llama_open_another(&apart, &inside, NULL) != LLMC_OK ||
      llama_open_another(&kept, &inside, NULL) != LLMC_OK)
    return fail("open", &inside);
  if (llama_reserve(&kept, STEPS) != LLMC_OK)
    return fail("reserve", &kept);
  inputs.input_ids = &token;
  inputs.attention_mask = mask;
  inputs.position_ids = &position;
  wanted_inputs = inputs;
  for (position = 0; position < STEPS; ++position) {
    mask[position] = 1;
    token = 17 + 31 * position % 500;
    set_buffers(&wanted, buffers[position % 2]);
    if (llama_run(&apart, &wanted_inputs, &wanted, 1, 1, position) != LLMC_OK)
      return fail("own buffers", &apart);
    older = outputs;
    if (llama_run(&inside, &inputs, &outputs, 1, 1, position) != LLMC_OK)
      return fail("memory of the session", &inside);
    if (memcmp(outputs.logits, wanted.logits, 2 * (size_t)(outputs.logits_dims[1] * outputs.logits_dims[2])) != 0) {
      fprintf(stderr, "step %d: other logits\n", (int)position);
      return 1;
    }
    if (step_in_place(&inputs, &wanted))
      return 1;
    take_caches(&inputs, &outputs);
    take_caches(&wanted_inputs, &wanted);
  }
  mask[STEPS] = 1;
  if (!refuses_caches_of_two_runs(&inputs, &older, STEPS) || !refuses_mistakes(&inputs, &outputs))
    return 1;
  llama_close(&kept);
  llama_close(&apart);
  llama_close(&inside);
  return 0;
}
