#include "classifier.h"
#include <stdio.h>

int main(void) {
  int64_t ids[] = {2, 34, 47, 25, 67, 72, 3}, mask[] = {1, 1, 1, 1, 1, 1, 1}; // [CLS] this film is not good [SEP]
  classifier_session session;
  classifier_inputs inputs = {ids, mask};
  classifier_outputs outputs = {0};
  if (classifier_open(&session, NULL, NULL) != LLMC_OK ||
      classifier_run(&session, &inputs, &outputs, /*batch_size=*/1, /*sequence_length=*/7) != LLMC_OK)
    return fprintf(stderr, "%s\n", classifier_message(&session)), 1;
  printf("%.2f %.2f\n", outputs.logits[0], outputs.logits[1]);
  classifier_close(&session);
}
